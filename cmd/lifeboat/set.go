package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/runbook"
)

// settings reads --set.
func settings(set []string) (map[string]string, error) {
	out := map[string]string{}
	for _, kv := range set {
		k, v, ok := strings.Cut(kv, "=")
		if !ok || k == "" {
			return nil, fmt.Errorf("--set %s: it takes NAME=VALUE", kv)
		}
		out[k] = v
	}
	return out, nil
}

// warnUnknown says which settings nothing in the run will look at: mostly a
// name that is spelled wrongly.
func (a *app) warnUnknown(d *drill.Desk, req drill.StartRequest) {
	for _, name := range slices.Sorted(maps.Keys(a.set)) {
		if !declared(d, req, name) && !used(req.Runbook, name) {
			fmt.Fprintln(a.err, cleanf("lifeboat: warning: --set %s: %s has neither a placeholder nor a variable of that name", name, req.Runbook.Path))
		}
	}
}

// declared says that the runbook or the inventory names it.
func declared(d *drill.Desk, req drill.StartRequest, name string) bool {
	if slices.ContainsFunc(req.Runbook.Placeholders, func(p runbook.Placeholder) bool { return p.Name == name }) {
		return true
	}
	vars := []map[string]string{req.Runbook.Front.Vars}
	if req.Workload != nil {
		vars = append(vars, d.Estate.Inventory.Vars, req.Workload.Vars)
	}
	return slices.ContainsFunc(vars, func(m map[string]string) bool { _, ok := m[name]; return ok })
}

// used says that a command or an action speaks of it.
func used(rb *runbook.Runbook, name string) bool {
	word := regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(name) + `(\W|$)`)
	for _, st := range slices.Concat(rb.Prerequisites, rb.Steps, rb.Rollback, rb.PostRecovery) {
		for _, c := range st.Commands() {
			if word.MatchString(c.Script) {
				return true
			}
		}
		for _, act := range st.Actions() {
			for _, v := range act.Args {
				if word.MatchString(v) {
					return true
				}
			}
		}
	}
	return false
}
