package facts

import "github.com/tilsyn-dev/tilsyn/internal/scan"

// Exposure tells where an object holds what should not stand there: personal data or secrets. Values are never kept, nor
// anything they could be guessed from.
type Exposure struct {
	Ref Ref
	// Owner is the object that a pod belongs to or that an event is about; zero: none.
	Owner Ref
	Found []ExposedField // ordered by field and identifier
}

// ExposedField is one field of an object and what was recognised in it.
type ExposedField struct {
	// Field as a JSON path, for example metadata.annotations[example.org/contact] or data[settings.yaml]. Keys that hold
	// personal data themselves are masked.
	Field      string
	Identifier scan.Identifier
	Confidence scan.Confidence
	Count      int
	// Public is the SHA-256 by which the text of the field can be declared public, where it holds a secret that is long and
	// random enough not to be guessed from it (scan.Public); else empty.
	Public string
}
