package keys

import (
	"fmt"
	"strings"

	"github.com/sahilm/fuzzy"
)

// Section is the table of one screen, or of the whole program.
type Section struct {
	Title   string
	Actions []Action
}

// Markdown writes the key reference of the docs.
func Markdown(sections []Section) string {
	var b strings.Builder
	b.WriteString("# Keys\n\nThis page is generated from the tables that the program itself uses.\n")
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## %s\n\n| key | does | |\n|---|---|---|\n", s.Title)
		for i := range s.Actions {
			a := &s.Actions[i]
			if len(a.Keys) == 0 {
				continue
			}
			names := make([]string, len(a.Keys))
			for j, k := range a.Keys {
				names[j] = "`" + strings.ReplaceAll(Name(k, true), "|", `\|`) + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(names, ", "), a.Title, a.Help)
		}
	}
	return b.String()
}

// Match is an action that a query found, best first.
type Match struct {
	Action *Action
	Group  string
	At     []int // bytes of the title that matched
}

// Search finds actions by letters in their order. An empty query finds all,
// in the order of the tables.
func Search(sections []Section, query string) []Match {
	var all []Match
	var text []string
	for _, s := range sections {
		for i := range s.Actions {
			a := &s.Actions[i]
			if a.Run == nil {
				continue
			}
			all = append(all, Match{Action: a, Group: s.Title})
			text = append(text, a.Title+" "+s.Title+" "+a.Help)
		}
	}
	if query = strings.TrimSpace(query); query == "" {
		return all
	}
	var out []Match
	for _, f := range fuzzy.Find(query, text) {
		m := all[f.Index]
		for _, at := range f.MatchedIndexes {
			if at < len(m.Action.Title) {
				m.At = append(m.At, at)
			}
		}
		out = append(out, m)
	}
	return out
}
