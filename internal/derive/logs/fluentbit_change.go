package logs

import (
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// change is what a modify or record_modifier filter does to the keys of a record.
type change struct {
	takes       []taken
	keeps       []string // the only keys that stay, where there are any
	from, to    []string // renamed
	conditional bool
}

// taken is a rule that removes or overwrites keys.
type taken struct {
	text string
	hits func(key string) date.Tri
	// maybe is true where the value may stay although the rule hits.
	maybe bool
}

func newChange(s *placed, vars variables) *change {
	c := &change{}
	for _, set := range s.Settings {
		v, known := vars.expand(set.Value)
		c.add(set.Key, v, known)
	}
	return c
}

// add reads one setting.
func (c *change) add(key, value string, known bool) {
	fields := quotedFields(value)
	if len(fields) == 0 {
		fields = []string{""}
	}
	switch key {
	case "remove", "remove_key", "set", "record":
		c.take(key, fields[0], known, func(k string) date.Tri { return tri(k == fields[0]) })
		if key == "record" {
			c.takes[len(c.takes)-1].maybe = true // it adds a second key of that name
		}
	case "remove_wildcard":
		prefix := strings.TrimSuffix(fields[0], "*")
		c.take(key, fields[0], known, func(k string) date.Tri { return tri(strings.HasPrefix(k, prefix)) })
	case "remove_regex":
		re := compileRegex(value)
		c.take(key, value, known && re != nil, func(k string) date.Tri { return tri(re.MatchString(k)) })
	case "rename", "hard_rename", "hard_copy":
		if len(fields) < 2 {
			return
		}
		if key != "hard_copy" {
			c.from, c.to = append(c.from, fields[0]), append(c.to, fields[1])
		}
		if key != "rename" { // which does nothing where there is such a key
			c.take(key, strings.Join(fields[:2], " "), known, func(k string) date.Tri { return tri(k == fields[1]) })
		}
	case "allowlist_key", "whitelist_key":
		c.keeps = append(c.keeps, fields[0])
		if !known {
			c.take(key, value, false, nil)
		}
	case "condition":
		c.conditional = true
	}
}

func (c *change) take(key, what string, known bool, hits func(string) date.Tri) {
	if !known {
		hits = func(string) date.Tri { return date.Maybe }
	}
	c.takes = append(c.takes, taken{text: key + " " + what, hits: hits})
}

// loses tells whether the content of a record is lost, which stands under the given key or, where that is empty, under one
// that is not known.
func (c *change) loses(content string) date.Tri {
	worst := date.No
	for i := range c.takes {
		t := &c.takes[i]
		hit := c.hit(content, t.hits)
		if renamed := c.renamed(content); renamed != content && c.hit(renamed, t.hits) != hit {
			hit = date.Maybe // the order of the rules decides, which the YAML format does not show
		}
		if hit == date.Yes && t.maybe {
			hit = date.Maybe
		}
		worst = worse(worst, hit)
	}
	if len(c.keeps) > 0 {
		kept := date.Maybe
		if content != "" {
			kept = tri(slices.Contains(c.keeps, content))
		}
		worst = worse(worst, not(kept))
	}
	if worst == date.Yes && c.conditional {
		return date.Maybe
	}
	return worst
}

// hit asks for the key of the content, or for all that it may be.
func (c *change) hit(content string, hits func(string) date.Tri) date.Tri {
	if content != "" {
		return hits(content)
	}
	for _, k := range contentKeys {
		if hits(k) != date.No {
			return date.Maybe
		}
	}
	return date.No
}

// renamed gives the key of the content behind the filter, empty where it is not known.
func (c *change) renamed(content string) string {
	for i, from := range c.from {
		if content == from && content != "" {
			if c.conditional {
				return ""
			}
			content = c.to[i]
		}
	}
	return content
}

// describe names what the filter takes away, as far as it is a few words.
func (c *change) describe() string {
	var words []string
	for _, t := range c.takes {
		if c.hit("", t.hits) != date.No || len(c.takes) == 1 {
			words = append(words, t.text)
		}
	}
	if len(c.keeps) > 0 {
		words = append(words, "allowlist_key "+strings.Join(c.keeps, ", "))
	}
	const few = 3
	if len(words) > few {
		words = append(words[:few], "and more")
	}
	return strings.Join(words, ", ")
}

// worse gives the answer that says more of a loss.
func worse(a, b date.Tri) date.Tri {
	if a == date.Yes || b == date.No {
		return a
	}
	return b
}
