package scan

import "strings"

// norwegian finds a number of eleven digits with two check digits, a date first.
func (s *source) norwegian(i int) (id Identifier, points, runs int) {
	r := s.runs[i]
	digits, runs := s.text[r.start:r.end], 1
	if gap, ok := s.gap(i); ok && r.len() == 6 && s.runs[i+1].len() == 5 && between(gap) {
		digits, runs = digits+s.text[s.runs[i+1].start:s.runs[i+1].end], 2
	}
	if len(digits) != 11 || s.part(r.start, s.runs[i+runs-1].end) || s.before(r.start) == '+' {
		return "", 0, 0
	}
	day, month := two(digits, 0), two(digits, 2)
	if day > 40 { // numbers for those who are not registered
		day -= 40
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(month, 2000) ||
		weighted(digits, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 != 0 || weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 != 0 {
		return "", 0, 0
	}
	return NationalIdentity, 2 + s.context(r.start), runs
}

// swedish finds year, month and day, a hyphen or plus, and four digits of which the last is a check digit.
func (s *source) swedish(i int) (id Identifier, points, runs int) {
	r := s.runs[i]
	gap, ok := s.gap(i)
	if !ok || gap != "-" && gap != "+" || r.len() != 6 && r.len() != 8 || s.runs[i+1].len() != 4 || s.part(r.start, s.runs[i+1].end) {
		return "", 0, 0
	}
	digits := s.text[r.start:r.end] + s.text[s.runs[i+1].start:s.runs[i+1].end]
	points = 1 + s.context(r.start)
	if r.len() == 8 {
		switch digits[:2] {
		case "19":
			points++ // a date of the last century is nothing that a build or a backup is called by
		case "20":
		default:
			return "", 0, 0
		}
		digits = digits[2:]
	} else if two(digits, 6) < 24 && two(digits, 8) < 60 {
		points-- // hour and minute
	}
	day, month := two(digits, 4), two(digits, 2)
	if day > 60 { // numbers for those who are not registered
		day -= 60
	}
	if month < 1 || month > 12 || day < 1 || day > daysIn(month, 2000) || !luhn(digits) {
		return "", 0, 0
	}
	return NationalIdentity, points, 2
}

// finnish finds day, month, year, a sign for the century, three digits and a check character.
func (s *source) finnish(i int) (id Identifier, points, runs int) {
	const check = "0123456789ABCDEFHJKLMNPRSTUVWXY"
	r := s.runs[i]
	text := strings.ToUpper(s.text[r.start:min(len(s.text), r.start+11)])
	if r.len() != 6 || len(text) != 11 || !strings.ContainsRune("-+ABCDEFYXWVU", rune(text[6])) || isLetter(s.before(r.start)) ||
		isLetter(s.after(r.start+11)) || isDigit(s.after(r.start+11)) || !isDigit(text[7]) || !isDigit(text[8]) || !isDigit(text[9]) {
		return "", 0, 0
	}
	number := 0
	for _, b := range []byte(text[:6] + text[7:10]) {
		number = number*10 + int(b-'0')
	}
	day, month := two(text, 0), two(text, 2)
	if month < 1 || month > 12 || day < 1 || day > daysIn(month, 2000) || check[number%len(check)] != text[10] {
		return "", 0, 0
	}
	points = 1 + s.context(r.start)
	if isLetter(text[10]) {
		points++ // a letter in the right place is no part of a plain number
	}
	return NationalIdentity, points, 1
}

// ibanLengths are the lengths of account numbers in Europe.
var ibanLengths = map[string]int{
	"AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22,
	"GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15,
	"PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
}

// iban finds an international account number, with or without spaces. An organisation has one too, so that it takes words beside
// it to make it a person's.
func (s *source) iban(i int) (id Identifier, points, runs int) {
	start := s.runs[i].start - 2
	if start < 0 || !isLetter(s.text[start]) || !isLetter(s.text[start+1]) || isLetter(s.before(start)) || isDigit(s.before(start)) {
		return "", 0, 0
	}
	length, ok := ibanLengths[s.text[start:start+2]]
	if !ok || start+length > len(s.text) {
		return "", 0, 0
	}
	plain, at := make([]byte, 0, 34), start
	for ; at < len(s.text) && len(plain) < length; at++ {
		switch b := s.text[at]; {
		case isDigit(b), b >= 'A' && b <= 'Z':
			plain = append(plain, b)
		case b != ' ':
			return "", 0, 0
		}
	}
	if len(plain) < length || isDigit(s.after(at)) || isLetter(s.after(at)) || !mod97(plain) {
		return "", 0, 0
	}
	for runs = 1; i+runs < len(s.runs) && s.runs[i+runs].start < at; {
		runs++
	}
	return IBAN, 1 + max(0, s.context(start)), runs
}

// phone finds a number with its country: + and eight to fifteen digits.
func (s *source) phone(i int) (id Identifier, points, runs int) {
	r := s.runs[i]
	if s.before(r.start) != '+' || isDigit(s.before(r.start-1)) || isLetter(s.before(r.start-1)) || s.text[r.start] == '0' {
		return "", 0, 0
	}
	count := r.len()
	for runs = 1; i+runs < len(s.runs); runs++ {
		gap, next := s.text[s.runs[i+runs-1].end:s.runs[i+runs].start], s.runs[i+runs].len()
		if gap != " " && gap != "-" || count+next > 15 || next > 8 {
			break
		}
		count += next
	}
	if count < fewestDigits || count > 15 || isLetter(s.after(s.runs[i+runs-1].end)) {
		return "", 0, 0
	}
	return Phone, 1 + max(0, s.context(r.start-1)), runs
}

// emails finds addresses. Those of operators and services stand in many objects, so that it takes words beside one to make it
// that of somebody whose data are processed.
func (s *source) emails(t *tally) {
	for from := 0; ; {
		i := strings.IndexByte(s.text[from:], '@')
		if i < 0 {
			return
		}
		at := from + i
		from = at + 1
		start, end := at, at+1
		for start > 0 && (isLetter(s.text[start-1]) || isDigit(s.text[start-1]) || strings.IndexByte("._%+-", s.text[start-1]) >= 0) {
			start--
		}
		for end < len(s.text) && (isLetter(s.text[end]) || isDigit(s.text[end]) || s.text[end] == '.' || s.text[end] == '-') {
			end++
		}
		domain := strings.Trim(s.text[at+1:end], ".-")
		dot := strings.LastIndexByte(domain, '.')
		if start == at || dot <= 0 || len(domain)-dot < 3 || isDigit(domain[dot+1]) || s.before(start) == '/' || s.before(start) == ':' && s.after(end) == ':' {
			continue
		}
		t.add(Email, 1+max(0, s.context(start)))
	}
}

func two(digits string, i int) int { return int(digits[i]-'0')*10 + int(digits[i+1]-'0') }

func weighted(digits string, weights ...int) (sum int) {
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return sum
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func mod97(iban []byte) bool {
	rest := 0
	for i := range iban {
		switch b := iban[(i+4)%len(iban)]; {
		case isDigit(b):
			rest = (rest*10 + int(b-'0')) % 97
		default:
			rest = (rest*100 + int(b-'A') + 10) % 97
		}
	}
	return rest == 1
}
