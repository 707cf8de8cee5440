package journey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
)

const (
	// longestLabel of a line in a box, in runes. The tables have all of it.
	longestLabel = 60
	// mostStrangers that the diagram shows outside the chain.
	mostStrangers = 6
)

// diagram draws the chain from the controllers down, in Mermaid.
func (s *Solution) diagram(p *page.Page) []string {
	var names []string
	for _, c := range s.Controllers {
		names = append(names, c.String())
	}
	if len(names) == 0 {
		names = []string{p.T("Controllers: not recorded", "Dataansvarlige: ikke registreret")}
	}
	lines := []string{"flowchart TD", fmt.Sprintf(`  controller(["%s"])`, label(strings.Join(names, ", ")))}
	for i := range s.Links {
		lines = append(lines, fmt.Sprintf(`  link%d["%s"]`, i, s.Links[i].box(p)))
	}
	for i := range s.Links {
		lines = append(lines, s.edge(p, i))
	}
	var strangers []string
	for _, o := range s.NotInChain {
		if name := strings.TrimSpace(string(o.Kind) + ": " + o.Party); o.Party != "" && !slices.Contains(strangers, name) {
			strangers = append(strangers, name)
		}
	}
	for i, name := range strangers[:min(len(strangers), mostStrangers)] {
		lines = append(lines, fmt.Sprintf(`  other%d{{"%s"}}`, i, label(p.T("Shows, and is not in the chain: ", "Ses, og er ikke i kæden: ")+name)),
			fmt.Sprintf("  controller -.- other%d", i))
	}
	return lines
}

func (l *Link) box(p *page.Page) string {
	lines := []string{label(l.Name + ": " + l.called(p))}
	if l.Task != "" {
		lines = append(lines, label(p.T("task: ", "opgave: ")+l.Task))
	}
	lines = append(lines, label(p.T("processes in: ", "behandler i: ")+l.in(p, chain.Processing)), label(p.T("reached from: ", "adgang fra: ")+l.in(p, chain.Access)))
	return strings.Join(lines, "<br/>")
}

// edge leads to a link from whoever engaged it. Dotted is one that no agreement in force carries.
func (s *Solution) edge(p *page.Page, i int) string {
	l := &s.Links[i]
	from := "controller"
	if l.EngagedBy != "" {
		at := slices.IndexFunc(s.Links, func(o Link) bool { return o.Name == l.EngagedBy })
		if at < 0 {
			return fmt.Sprintf(`  nobody%d["%s"] -.-> link%d`, i, label(p.T("no link: ", "intet led: ")+l.EngagedBy), i)
		}
		from = fmt.Sprintf("link%d", at)
	}
	switch {
	case l.Own:
		return fmt.Sprintf(`  %s ---|"%s"| link%d`, from, label(p.T("itself", "sig selv")), i)
	case slices.ContainsFunc(l.Agreements, func(a Agreement) bool { return a.InForce }):
		return fmt.Sprintf(`  %s -->|"%s"| link%d`, from, label(p.T("agreement in force", "aftale i kraft")), i)
	default:
		return fmt.Sprintf(`  %s -.->|"%s"| link%d`, from, label(p.T("no agreement in force", "ingen aftale i kraft")), i)
	}
}

// label makes a text safe within the quotes of a diagram: what Mermaid or HTML could read as more than text becomes its
// full-width twin, which reads the same and means nothing.
func label(text string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ReplaceAll(page.Plain(text), "//", "／／") {
		if n++; n > longestLabel {
			return strings.TrimSpace(b.String()) + "…"
		}
		if r < 0x7f && r > ' ' && !isPlain(r) {
			r += '！' - '!'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isPlain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" .,:-/()+", r)
}
