package scan

import "strings"

// source is one text that is read, in ASCII.
type source struct {
	key, text string
	runs      []row
	// bare and dated count the numbers of ten digits in a row, and those of them that begin with a date.
	bare, dated int
}

// row is a row of digits.
type row struct{ start, end int }

func (r row) len() int { return r.end - r.start }

// numbers finds everything that is made of digits. Rows of one digit belong to nothing that is looked for, but to a telephone
// number that begins with them; what they stand between then is more than a gap.
func (s *source) numbers(t *tally) {
	for i := 0; i < len(s.text); i++ {
		if !isDigit(s.text[i]) {
			continue
		}
		start := i
		for i < len(s.text) && isDigit(s.text[i]) {
			i++
		}
		if i-start > 1 || s.before(start) == '+' {
			s.runs = append(s.runs, row{start, i})
		}
	}
	s.count()
	for i := 0; i < len(s.runs); {
		id, points, runs := s.number(i)
		t.add(id, points)
		i += max(1, runs)
	}
}

// number looks for an identifier that begins with run i and gives of how many runs it is made.
func (s *source) number(i int) (id Identifier, points, runs int) {
	r := s.runs[i]
	switch b := s.before(r.start); {
	case b == '+':
		return s.phone(i)
	case b >= 'A' && b <= 'Z':
		if id, points, runs = s.iban(i); runs > 0 {
			return id, points, runs
		}
	}
	switch r.len() {
	case 2, 10:
		return s.cpr(i)
	case 6:
		if id, points, runs = s.cpr(i); runs > 0 {
			return id, points, runs
		}
		if id, points, runs = s.norwegian(i); runs > 0 {
			return id, points, runs
		}
		if id, points, runs = s.swedish(i); runs > 0 {
			return id, points, runs
		}
		return s.finnish(i)
	case 8:
		return s.swedish(i)
	case 11:
		return s.norwegian(i)
	}
	return "", 0, 0
}

// count tells a list of CPR numbers from a list of numbers of which some look like dates.
func (s *source) count() {
	for _, r := range s.runs {
		if r.len() != 10 {
			continue
		}
		s.bare++
		if digits := ([10]byte)([]byte(s.text[r.start:r.end])); dateOfBirth(digits) {
			s.dated++
		}
	}
}

// gap gives what stands between run i and the next, and whether there is a next.
func (s *source) gap(i int) (string, bool) {
	if i+1 >= len(s.runs) {
		return "", false
	}
	return s.text[s.runs[i].end:s.runs[i+1].start], true
}

// before and after give the byte beside a part of the text, zero at its ends.
func (s *source) before(start int) byte {
	if start == 0 {
		return 0
	}
	return s.text[start-1]
}

func (s *source) after(end int) byte {
	if end >= len(s.text) {
		return 0
	}
	return s.text[end]
}

// token gives the letters and digits around a part of the text.
func (s *source) token(start, end int) string {
	for start > 0 && (isLetter(s.text[start-1]) || isDigit(s.text[start-1])) {
		start--
	}
	for end < len(s.text) && (isLetter(s.text[end]) || isDigit(s.text[end])) {
		end++
	}
	return s.text[start:end]
}

// part tells whether digits are part of a larger number: a fraction, a hash or a hexadecimal number.
func (s *source) part(start, end int) bool {
	b, a := s.before(start), s.after(end)
	switch {
	case b == '.' && start > 1 && isDigit(s.text[start-2]), a == '.' && isDigit(s.after(end+1)):
		return true
	case !isLetter(b) && !isLetter(a):
		return false
	}
	token := s.token(start, end)
	if len(token) > 1 && token[0] == '0' && token[1]|0x20 == 'x' {
		return true
	}
	return len(token) >= 16 && !strings.ContainsFunc(token, func(r rune) bool { return hexValue(byte(r)) < 0 }) //nolint:gosec // ASCII
}

// joined tells whether a hyphen, colon or slash joins digits to others, of which there are more than two: an ordinal after a
// name joins nothing.
func (s *source) joined(start, end int) bool {
	joins := func(b byte) bool { return b == '-' || b == ':' || b == '/' }
	if joins(s.before(start)) && start >= 4 && isDigit(s.text[start-2]) && isDigit(s.text[start-3]) && isDigit(s.text[start-4]) {
		return true
	}
	return joins(s.after(end)) && end+3 < len(s.text) && isDigit(s.text[end+1]) && isDigit(s.text[end+2]) && isDigit(s.text[end+3])
}

// Words beside a number. Short ones count only where they begin or end a word.
var (
	ofPersons = []string{
		"cpr", "pnr", "ssn", "personn", "personid", "person-id", "person_id", "patient", "borger", "citizen", "civilreg", "foedsel", "fodsel", "fdsel",
		"birth", "child", "barn", "pupil", "student", "henkilo", "fnr",
	}
	ofThings = []string{
		"order", "ordre", "invoice", "faktura", "serial", "time", "epoch", "unix", "revision", "resourceversion", "generation", "phone", "telefon",
		"mobil", "tlf", "ticket", "account", "konto", "cvr", "gln", "ean", "pnummer", "p-nummer", "checksum", "hash", "build", "sequence", "offset",
	}
)

// nearby is how far before a number a word still speaks of it.
const nearby = 32

// context gives 2 where the key or the words before a number speak of persons, -1 where they speak of something else, else 0.
func (s *source) context(start int) int {
	near := s.text[max(0, start-nearby):start]
	if i := strings.LastIndexAny(near, "\n;,{"); i >= 0 {
		near = near[i+1:]
	}
	key, near := strings.ToLower(s.key), strings.ToLower(near)
	switch {
	case mentions(near, ofPersons):
		return 2
	case mentions(near, ofThings):
		return -1
	case mentions(key, ofPersons):
		return 2
	case mentions(key, ofThings):
		return -1
	}
	return 0
}

func mentions(text string, words []string) bool {
	for _, w := range words {
		for from := 0; ; {
			i := strings.Index(text[from:], w)
			if i < 0 {
				break
			}
			i += from
			end := i + len(w)
			if len(w) > 4 || i == 0 || !isLetter(text[i-1]) || end == len(text) || !isLetter(text[end]) {
				return true
			}
			from = end
		}
	}
	return false
}
