package region

import (
	"fmt"
	"slices"
	"strings"
)

// isoCodes are the officially assigned codes of ISO 3166-1 alpha-2, in order.
const isoCodes = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZ" +
	"CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFR" +
	"GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJP" +
	"KEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZ" +
	"NANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW" +
	"SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ" +
	"UAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW"

// euMembers are the 27 member states; euTerritories are EU territory under an ISO
// code of their own: Åland and the French outermost regions. Greenland and the
// Faroe Islands are neither, whatever their tie to Denmark.
const (
	euMembers     = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
	euTerritories = "AX GF GP MF MQ RE YT"
	eeaOnly       = "IS LI NO"
)

// countrySet is a set of valid country codes.
type countrySet [11]uint64

// bit is the place of a code in a countrySet; codes that are not two capitals
// have none.
func bit(code string) (int, bool) {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return 0, false
	}
	return int(code[0]-'A')*26 + int(code[1]-'A'), true
}

func (s *countrySet) has(code string) bool {
	i, ok := bit(code)
	return ok && s[i/64]&(1<<(i%64)) != 0
}

func (s *countrySet) add(code string) {
	if i, ok := bit(code); ok {
		s[i/64] |= 1 << (i % 64)
	}
}

// codes returns the set in alphabetic order.
func (s *countrySet) codes() []string {
	var out []string
	for i := range 26 * 26 {
		if s[i/64]&(1<<(i%64)) != 0 {
			out = append(out, string([]byte{byte('A' + i/26), byte('A' + i%26)}))
		}
	}
	return out
}

func isISO(code string) bool {
	if len(code) != 2 {
		return false
	}
	for i := 0; i < len(isoCodes); i += 2 {
		if isoCodes[i:i+2] == code {
			return true
		}
	}
	return false
}

// CheckCountry returns the ISO 3166-1 alpha-2 code for what was written, in
// capitals. The error of an unknown code says what to write instead.
func CheckCountry(code string) (string, error) {
	c := strings.ToUpper(strings.TrimSpace(code))
	switch {
	case isISO(c):
		return c, nil
	case c == "EL":
		return "", fmt.Errorf("country %q: EU texts write Greece so, ISO 3166-1 does not; use GR", code)
	case c == "UK":
		return "", fmt.Errorf("country %q: EU texts write the United Kingdom so, ISO 3166-1 does not; use GB", code)
	case c == "EU" || c == "EEA":
		return "", fmt.Errorf("country %q: this is a group of countries; use group: %s", code, c)
	case c == "FALSE":
		return "", fmt.Errorf("country %q: YAML reads an unquoted NO as false; write \"NO\" for Norway", code)
	default:
		return "", fmt.Errorf("country %q: not a code of ISO 3166-1 alpha-2; use two capital letters, such as DK", code)
	}
}

// InEU reports whether the code is EU territory, including territory that has an
// ISO code of its own (AX, GF, GP, MF, MQ, RE, YT).
func InEU(code string) bool {
	return len(code) == 2 && (containsWord(euMembers, code) || containsWord(euTerritories, code))
}

// InEEA reports whether the code is in the EU, or is Iceland, Liechtenstein or
// Norway.
func InEEA(code string) bool {
	return InEU(code) || len(code) == 2 && containsWord(eeaOnly, code)
}

// containsWord finds a two-letter word in a list of such.
func containsWord(list, word string) bool {
	for i := 0; i+2 <= len(list); i += 3 {
		if list[i:i+2] == word {
			return true
		}
	}
	return false
}

func euCodes() []string { return sortedCodes(euMembers + " " + euTerritories) }

func eeaCodes() []string { return sortedCodes(euMembers + " " + euTerritories + " " + eeaOnly) }

func sortedCodes(list string) []string {
	codes := strings.Fields(list)
	slices.Sort(codes)
	return codes
}
