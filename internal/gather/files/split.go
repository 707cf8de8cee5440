package files

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// chunk is one document as it stands in a file.
type chunk struct {
	Position // of the first line that says something
	data     []byte
	start    int  // line of the first byte of data
	json     bool // data are one JSON value
	end      int64
}

// maxGuess limits what is set aside for a document before it is read.
const maxGuess = 64 << 10

// splitter reads the documents of one file one after the other. A YAML document begins at a line that starts with --- or
// follows one that starts with ...; JSON values follow each other without marks.
type splitter struct {
	in      *bufio.Reader
	file    string
	limit   int64
	number  int   // documents so far
	line    int   // lines read
	offset  int64 // bytes read
	pending []byte
	size    int // bytes of the last document: the next one is likely to be about as long
}

func newSplitter(in io.Reader, file string, limit int64) *splitter {
	return &splitter{in: bufio.NewReaderSize(in, 1<<16), file: file, limit: limit}
}

// check refuses what is no text in UTF-8, and skips a byte order mark.
func (s *splitter) check() error {
	head, err := s.in.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		s.offset = 3
		_, err := s.in.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return errors.New("the file is UTF-16; save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8")
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return errors.New("the file is compressed; unpack it first, for example with gunzip, or, if it is a snapshot, give it with --snapshot")
	case bytes.IndexByte(head, 0) >= 0:
		return errors.New("the file is binary and holds no manifests; give YAML or JSON")
	}
	return nil
}

// next gives the next document; io.EOF after the last one.
func (s *splitter) next() (chunk, error) {
	d := draft{data: make([]byte, 0, s.size+s.size/4)}
	for {
		line, err := s.readLine(int64(len(d.data)))
		if err != nil && !errors.Is(err, io.EOF) {
			return chunk{}, err
		}
		atEnd := err != nil
		if len(line) > 0 && !d.add(line, s.line) { // the line begins the next document
			s.unread(line)
			return s.finish(d), nil
		}
		if rest, whole := d.json(); whole {
			s.unread(rest)
			return s.finish(d), nil
		}
		if atEnd {
			if d.first == 0 {
				return chunk{}, io.EOF
			}
			return s.finish(d), nil
		}
	}
}

func (s *splitter) finish(d draft) chunk {
	s.number++
	s.size = min(len(d.data), maxGuess)
	return chunk{
		Position: Position{File: s.file, Document: s.number, Line: d.first},
		data:     d.data, start: d.start, json: d.isJSON, end: s.offset,
	}
}

// unread gives a line, or the end of one, back. It stays valid, because it is taken before anything more is read.
func (s *splitter) unread(line []byte) {
	if len(line) > 0 {
		s.pending = line
		s.line--
		s.offset -= int64(len(line))
	}
}

// readLine gives the next line with its end, valid until the next call; io.EOF comes with the last one.
func (s *splitter) readLine(held int64) ([]byte, error) {
	line := s.pending
	s.pending = nil
	var err error
	for own := false; line == nil || line[len(line)-1] != '\n'; own = true {
		var part []byte
		part, err = s.in.ReadSlice('\n')
		switch {
		case own:
			line = append(line, part...)
		case line == nil && !errors.Is(err, bufio.ErrBufferFull):
			line = part
		default: // what stands in the buffer of the reader is not ours to write behind
			line = append(bytes.Clone(line), part...)
		}
		if held+int64(len(line)) > s.limit {
			return nil, fmt.Errorf("a document is larger than %d MiB; split it into several", s.limit>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	if len(line) > 0 {
		s.line++
		s.offset += int64(len(line))
	}
	return line, err
}

// draft is a document in the making.
type draft struct {
	data       []byte
	start      int // line of data[0]
	first      int // first line that says something, 0 while there is none
	directives bool
	isJSON     bool

	scan    *jsonScan // set while the data may be one JSON value
	scanned int       // bytes of data that the scan has seen
}

// add takes a line in. It gives false where the line belongs to the next document.
func (d *draft) add(line []byte, number int) bool {
	mark, rest := separator(line)
	switch {
	case mark != "" && d.first > 0:
		return false
	case mark == "---" && d.directives:
		d.directives = false
	case mark != "":
		*d = draft{data: d.data[:0]} // nothing but blanks and comments so far
		if mark == "..." {
			return true
		}
	case d.first == 0 && bytes.HasPrefix(line, []byte("%")):
		d.directives = true
		rest = nil
	}
	if d.start == 0 {
		d.start = number
	}
	if d.first == 0 && says(rest) {
		d.first = number
		if mark == "" && bytes.TrimSpace(rest)[0] == '{' {
			d.scan, d.scanned = &jsonScan{}, len(d.data)
		}
	}
	d.data = append(d.data, line...)
	return true
}

// separator recognises lines that begin or end a document, and gives what stands behind the mark, or the whole line.
func separator(line []byte) (mark string, rest []byte) {
	for _, mark := range []string{"---", "..."} {
		if rest, ok := bytes.CutPrefix(line, []byte(mark)); ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0) {
			return mark, rest
		}
	}
	return "", line
}

// says tells whether a line is more than blank or a comment.
func says(line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	return len(trimmed) > 0 && trimmed[0] != '#'
}

// json cuts the document at the end of its first JSON value, if it is one, and gives what stands behind it.
func (d *draft) json() (rest []byte, whole bool) {
	if d.scan == nil {
		return nil, false
	}
	n, closed := d.scan.feed(d.data[d.scanned:])
	d.scanned += n
	if !closed {
		return nil, false
	}
	d.scan = nil
	if !json.Valid(d.data[:d.scanned]) { // a flow mapping in YAML, or a fault that the YAML reader explains better
		return nil, false
	}
	rest = bytes.Clone(d.data[d.scanned:])
	if len(bytes.TrimSpace(rest)) == 0 {
		rest = nil
	}
	d.data, d.isJSON = d.data[:d.scanned], true
	return rest, true
}

// jsonScan looks for the end of a JSON object.
type jsonScan struct {
	depth            int
	inString, escape bool
}

// feed reads on and gives the bytes used, up to the end of the object when it is reached.
func (j *jsonScan) feed(data []byte) (n int, closed bool) {
	for i, c := range data {
		switch {
		case j.escape:
			j.escape = false
		case j.inString && c == '\\':
			j.escape = true
		case c == '"':
			j.inString = !j.inString
		case j.inString:
		case c == '{' || c == '[':
			j.depth++
		case c == '}' || c == ']':
			j.depth--
			if j.depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(data), false
}
