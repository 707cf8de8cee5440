package record

import (
	"encoding/json"
	"strconv"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

const (
	// ShardMax is how large a record's status may be, as JSON in bytes.
	ShardMax = 256 << 10
	// listMax keeps each list of a record within the bounds of the API.
	listMax = 1000
)

// name of the record that holds a shard of the memory of a subject. The number stands before the first hyphen, because what
// follows is the subject's name and may look like anything.
func name(kind, subject string, shard int) string {
	prefix := map[string]string{
		solutionKind: "solution", environmentKind: "environment", platformKind: "platform", institutionKind: "institution",
		"Supplier": "supplier", "ProcessingAgreement": "agreement", "AssuranceStatement": "statement", "SecurityIncident": "incident",
	}[kind]
	if shard > 0 {
		prefix += strconv.Itoa(shard)
	}
	return prefix + "-" + subject
}

// split spreads a memory over as few shards as will hold it. The first one says what the subject is; all but the last are
// full, so that equal memories give equal shards.
func split(c Content) []Content {
	s := splitter{shards: []Content{{Namespaces: c.Namespaces, DeletedAt: c.DeletedAt}}}
	s.used = size(s.shards[0])
	spread(&s, c.Changes, func(c *Content) *[]v1alpha1.SpecChange { return &c.Changes })
	spread(&s, c.Exceptions, func(c *Content) *[]v1alpha1.ExceptionUse { return &c.Exceptions })
	spread(&s, c.Outside, func(c *Content) *[]v1alpha1.PlacementOutside { return &c.Outside })
	spread(&s, c.FirstSeen, func(c *Content) *[]v1alpha1.FirstSeen { return &c.FirstSeen })
	spread(&s, c.Results, func(c *Content) *[]v1alpha1.RecordedResult { return &c.Results })
	return s.shards
}

type splitter struct {
	shards []Content
	used   int // of the last shard
}

func spread[T any](s *splitter, items []T, list func(*Content) *[]T) {
	for _, item := range items {
		n := size(item) + 1
		last := list(&s.shards[len(s.shards)-1])
		if s.used+n > ShardMax-1024 || len(*last) == listMax { // 1024 for the names of the lists
			s.shards = append(s.shards, Content{})
			s.used = 0
			last = list(&s.shards[len(s.shards)-1])
		}
		*last = append(*last, item)
		s.used += n
	}
}

// join puts shards together again.
func join(shards []Content) Content {
	var c Content
	for _, s := range shards {
		c.Namespaces = append(c.Namespaces, s.Namespaces...)
		c.Changes = append(c.Changes, s.Changes...)
		c.Exceptions = append(c.Exceptions, s.Exceptions...)
		c.Outside = append(c.Outside, s.Outside...)
		c.FirstSeen = append(c.FirstSeen, s.FirstSeen...)
		c.Results = append(c.Results, s.Results...)
		if s.DeletedAt != nil {
			c.DeletedAt = s.DeletedAt
		}
	}
	return c
}

// size of a value as JSON. The types of the API always encode.
func size(v any) int {
	raw, err := json.Marshal(v)
	if err != nil {
		return ShardMax
	}
	return len(raw)
}
