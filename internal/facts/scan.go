package facts

import "github.com/tilsyn-dev/tilsyn/internal/scan"

// Exposure tells where an object holds what should not stand there: personal data or secrets. Values are never kept, nor
// anything they could be guessed from.
type Exposure struct {
	Ref   Ref
	Found []ExposedField // ordered by field and identifier
}

// ExposedField is one field of an object and what was recognised in it.
type ExposedField struct {
	// Field as a JSON path, for example metadata.annotations[example.org/contact] or data[settings.yaml].
	Field      string
	Identifier scan.Identifier
	Confidence scan.Confidence
	Count      int
}
