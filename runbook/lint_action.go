package runbook

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// commonActions are the actions that drivers have in common, with their
// arguments.
var commonActions = map[string][]string{
	"locate":    {},
	"choose":    {"point", "copy"},
	"verify":    {"grade"},
	"provision": {},
	"restore":   {"to", "select", "jobs", "dsn", "path"},
	"check":     {},
	"backup":    {"copy"},
	"cleanup":   {},
}

func (l *linter) action(a *Action) {
	allowed, known := l.env.Actions[a.Name]
	if !known {
		l.add(Pos{a.Line, 1}, ruleActionUnknown, severityError,
			fmt.Sprintf("unknown action %q%s; actions are %s", a.Name, didYouMean(a.Name, slices.Collect(maps.Keys(l.env.Actions))),
				strings.Join(slices.Sorted(maps.Keys(l.env.Actions)), ", ")))
		return
	}
	for _, key := range sortedKeys(a.Args) {
		if slices.Contains(allowed, key) {
			continue
		}
		takes := "takes no arguments"
		if len(allowed) > 0 {
			takes = "takes " + strings.Join(allowed, ", ")
		}
		l.add(Pos{a.ArgLines[key], 1}, ruleActionArgument, severityError,
			fmt.Sprintf("%s does not know %q%s; it %s", a.Name, key, didYouMean(key, allowed), takes))
	}
}

// didYouMean names the candidate that a misspelt word was meant to be, if one
// is near.
func didYouMean(word string, candidates []string) string {
	best, distance := "", 3
	slices.Sort(candidates)
	for _, c := range candidates {
		if d := editDistance(word, c); d < distance {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
