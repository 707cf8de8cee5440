// Package near finds the known word that a misspelt one was meant to be.
package near

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Of gives the word of a list that one most likely stands for, the first of several; "" where none is near. Case, blanks and
// punctuation are not mistakes.
func Of(word string, known []string) string {
	if best := nearest(word, known); len(best) > 0 {
		return best[0]
	}
	return ""
}

// nearest gives the words that are near and all as near, in the order of the list.
func nearest(word string, known []string) []string {
	from := Plain(word)
	var best []string
	distance := len(from)/3 + 2
	for _, k := range known {
		to := Plain(k)
		d := edits([]rune(from), []rune(to))
		switch {
		case d >= max(len(from), len(to)) || d > distance || len(best) == 0 && d == distance:
		case d < distance:
			best, distance = []string{k}, d
		case !slices.Contains(best, k):
			best = append(best, k)
		}
	}
	return best
}

// Question ends an error with the word that was most likely meant, those that are equally near, or with all there are where these are few.
func Question(word string, known []string) string {
	const several = 3
	if best := nearest(word, known); len(best) > 0 {
		best = best[:min(len(best), several)]
		return "; did you mean " + strings.Join(best, " or ") + "?"
	}
	const few = 12
	if len(known) == 0 || len(known) > few {
		return ""
	}
	sorted := slices.Clone(known)
	slices.SortFunc(sorted, cmp.Compare[string])
	return "; it is one of " + strings.Join(sorted, ", ")
}

// Same gives the word of a list that a text spells in other letters, blanks or punctuation, such as ISAE3402 for "isae 3402".
func Same(word string, known []string) (string, bool) {
	from := Plain(word)
	for _, k := range known {
		if Plain(k) == from {
			return k, true
		}
	}
	return "", false
}

// Plain leaves of a word its letters and digits, in small letters.
func Plain(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// Distance counts the letters to put in, take out or change to make b of a (Levenshtein); every byte is a letter.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// edits counts the letters to put in, take out, change, or swap with their neighbour to make b of a.
func edits(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j-1]+cost, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
