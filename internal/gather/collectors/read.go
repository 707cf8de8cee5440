package collectors

import (
	"errors"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/fluentbit"
	"github.com/tilsyn-dev/tilsyn/internal/gather/settings"
)

// brokenYAML is what is said of a file that is recognised and cannot be decoded.
const brokenYAML = "it is not valid YAML"

// Read reads one key of a ConfigMap; ok is false where the text is no configuration of a known collector or store.
func Read(key, text string) (f facts.LogFile, ok bool) {
	f, _, ok = read(key, text)
	return f, ok
}

// Redact writes a text that Read reads into the same file and that holds nothing else.
func Redact(key, text string) (string, bool) {
	_, redacted, ok := read(key, text)
	if !ok {
		return "", false
	}
	return redacted(), true
}

func read(key, text string) (facts.LogFile, func() string, bool) {
	if fluentbit.IsClassic(text) {
		return readClassic(key, text)
	}
	for _, t := range textFormats() {
		if t.is(key, text) {
			return facts.LogFile{Key: key, Product: t.product, Unread: t.unread}, func() string { return t.stub }, true
		}
	}
	return readYAML(key, text)
}

func readClassic(key, text string) (facts.LogFile, func() string, bool) {
	f := facts.LogFile{Key: key, Product: facts.LogFluentBit}
	sections, err := fluentbit.ParseClassic(text)
	if err != nil {
		f.Unread = err.Error()
		return f, func() string { return brokenClassic(err) }, true
	}
	f.Sections = sections
	return f, func() string { return fluentbit.WriteClassic(sections) }, true
}

// brokenClassic is a file that is broken in the same line: a header, empty lines up to that line, and there a word that is
// not indented.
func brokenClassic(err error) string {
	var line fluentbit.LineError
	switch {
	case !errors.As(err, &line):
		return "[INPUT]\n" + strings.Repeat("#", settings.MaxBytes) // too large
	case line == 1:
		return "left-out\n[INPUT]\n"
	}
	return "[INPUT]" + strings.Repeat("\n", int(line)-1) + "left-out\n"
}

// yamlWords begin the keys at the top of recognised YAML files, one of which each of them has. Files without them are not
// decoded at all: a cluster has many ConfigMaps, and decoding a large one takes milliseconds.
var yamlWords = []string{"pipeline", "upstream_servers", "includes", "exporters", "sinks", "scrape_configs", "filebeat", "schema_config",
	"limits_config", "overrides"}

// mayBeYAML looks for the words where keys at the top stand. In JSON, where they can stand anywhere, all words of a format
// must be there.
func mayBeYAML(text string) bool {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return slices.ContainsFunc(yamlFormats(), func(f yamlFormat) bool { return len(f.words) > 1 && containsAll(text, f.words) }) ||
			containsAll(text, []string{"pipeline", "outputs"}) || strings.Contains(text, "schema_config")
	}
	return slices.ContainsFunc(yamlWords, func(word string) bool {
		return strings.HasPrefix(text, word) || strings.Contains(text, "\n"+word)
	})
}

func readYAML(key, text string) (facts.LogFile, func() string, bool) {
	if !mayBeYAML(text) {
		return facts.LogFile{}, nil, false
	}
	root, err := settings.Decode(text)
	if err != nil {
		return readBroken(key, text)
	}
	if fluentbit.IsYAML(root) {
		sections, err := fluentbit.ParseYAML(text)
		if err != nil {
			return readBroken(key, text)
		}
		return facts.LogFile{Key: key, Product: facts.LogFluentBit, Sections: sections},
			func() string { return fluentbit.WriteYAML(sections) }, true
	}
	for _, format := range yamlFormats() {
		if !format.is(key, root) {
			continue
		}
		if format.normal != nil {
			format.normal(root)
		}
		sections := settings.ReadParts(root, format.parts)
		return facts.LogFile{Key: key, Product: format.product, Sections: sections}, func() string {
			out := settings.WriteParts(sections, format.parts)
			if !format.is(key, out) {
				for k, v := range format.also {
					if _, ok := out[k]; !ok {
						out[k] = v
					}
				}
			}
			return settings.Encode(out)
		}, true
	}
	return facts.LogFile{}, nil, false
}

// readBroken recognises a file that cannot be decoded by its words.
func readBroken(key, text string) (facts.LogFile, func() string, bool) {
	for _, format := range yamlFormats() {
		if containsAll(text, format.words) {
			return facts.LogFile{Key: key, Product: format.product, Unread: brokenYAML},
				func() string { return strings.Join(format.words, ": [\n") + ": [\n" }, true
		}
	}
	if containsAll(text, []string{"pipeline", "outputs"}) {
		return facts.LogFile{Key: key, Product: facts.LogFluentBit, Unread: brokenYAML},
			func() string { return "pipeline: [\noutputs: [\n" }, true
	}
	return facts.LogFile{}, nil, false
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
