package scan

import "strings"

// cpr finds a CPR number: ten digits, the date of birth first, in a row or with something between date and number, or between
// all parts of the date. Modulus 11 makes a match surer and rules none out: since 2007 numbers are issued that fail it.
func (s *source) cpr(i int) (id Identifier, points, runs int) {
	digits, start, end, runs := s.cprForm(i)
	if runs == 0 || !dateOfBirth(digits) || s.part(start, end) || s.before(start) == '+' {
		return "", 0, 0
	}
	points = 2
	about := s.context(start)
	if modulus11(digits) {
		points++
	}
	switch {
	case runs > 1 && s.text[end-5] == '-':
		points++ // as they are written
	case runs > 1: // with something else between
	case s.bare > 4*s.dated: // one of many numbers, of which a few look like dates by chance
		points--
	}
	points += about
	if about <= 0 {
		if s.joined(start, end) || isLetter(s.before(start)) && isLetter(s.after(end)) {
			points--
		}
		points -= momentary(digits, runs == 1)
	}
	return CPR, points, runs
}

// cprForm reads ten digits that may be a CPR number from run i on.
func (s *source) cprForm(i int) (digits [10]byte, start, end, runs int) {
	r := s.runs[i]
	switch r.len() {
	case 10:
		runs = 1
	case 6:
		if gap, ok := s.gap(i); ok && s.runs[i+1].len() == 4 && between(gap) {
			runs = 2
		}
	case 2:
		if strings.IndexByte("- ./_", s.after(r.end)) < 0 || i+3 >= len(s.runs) || s.runs[i+1].len() != 2 || s.runs[i+2].len() != 2 || s.runs[i+3].len() != 4 {
			return digits, 0, 0, 0
		}
		first, _ := s.gap(i)
		second, _ := s.gap(i + 1)
		third, _ := s.gap(i + 2)
		if len(first) == 1 && first == second && between(first) && between(third) {
			runs = 4
		}
	}
	if runs == 0 {
		return digits, 0, 0, 0
	}
	n := 0
	for _, part := range s.runs[i : i+runs] {
		n += copy(digits[n:], s.text[part.start:part.end])
	}
	return digits, r.start, s.runs[i+runs-1].end, runs
}

// between tells whether a text may stand between the parts of a number.
func between(gap string) bool {
	return gap != "" && len(gap) <= 3 && strings.Trim(gap, "- ./_+") == ""
}

// dateOfBirth tells whether ten digits begin with a day on which somebody alive may be born: the seventh digit and the year
// give the century.
func dateOfBirth(d [10]byte) bool {
	n := func(i int) int { return int(d[i]-'0')*10 + int(d[i+1]-'0') }
	day, month, year := n(0), n(2), n(4)
	switch seventh := d[6]; {
	case seventh <= '3':
		year += 1900
	case seventh == '4' || seventh == '9':
		if year <= 36 {
			year += 100
		}
		year += 1900
	case year <= 36: // 5 to 8; the rule goes on to 2057, nobody is born there yet
		year += 2000
	default: // 1858 to 1899
		return false
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year)
}

func daysIn(month, year int) int {
	switch month {
	case 2:
		if year%4 == 0 && year != 1900 {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func modulus11(d [10]byte) bool {
	sum := 0
	for i, weight := range [10]int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1} {
		sum += weight * int(d[i]-'0')
	}
	return sum%11 == 0
}

// momentary tells how much less likely a number is because it may be an instant: seconds since 1970 from 2017 to 2030, which
// only one in eight dates of birth looks like, or year, month, day, hour and minute, which those of nobody under ninety do.
func momentary(d [10]byte, bare bool) int {
	n := func(i int) int { return int(d[i]-'0')*10 + int(d[i+1]-'0') }
	if year := n(0); year >= 15 && n(2) >= 1 && n(2) <= 12 && n(4) >= 1 && n(4) <= 31 && n(6) < 24 && n(8) < 60 {
		return 3
	}
	if bare && d[0] == '1' && d[1] >= '5' && d[1] <= '8' {
		return 1
	}
	return 0
}
