package inventory

import (
	"maps"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// nameShape holds for tiers, workloads and copies: they become parts of file
// names, command lines and reports.
var nameShape = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

const nameHint = "use letters, digits, dot, dash and underscore, 63 at most"

// file reads the top level.
func (r *reader) file(root *node) *Inventory {
	o, _ := r.object(root, root.at, "", "the file")
	o.known(keysOf[fileShape]())
	r.version(o)
	r.tiers = r.tierTable(o)
	inv := &Inventory{Tiers: r.tiers, Vars: r.vars(o)}
	if _, there := o.entries["workloads"]; !there {
		o.require("workloads", "list your systems below workloads:, or run `lifeboat init`")
		return inv
	}
	all, ok := r.object(o.entries["workloads"].value, root.at, "workloads", `"workloads"`)
	if !ok {
		return inv
	}
	for _, name := range all.order {
		inv.Workloads = append(inv.Workloads, r.workload(all.entries[name], inv.Vars))
	}
	return inv
}

func (r *reader) version(o object) {
	if !o.require("version", "begin with version: 1") {
		return
	}
	if v := o.text("version"); v != "1" && o.entries["version"].value.kind == scalar {
		o.fail("version", "version "+quote(v)+" is not known", "this lifeboat reads version: 1")
	}
}

// vars reads a mapping of variables; nil if there are none.
func (r *reader) vars(o object) map[string]string {
	if !o.has("vars") {
		return nil
	}
	all, ok := r.object(o.entries["vars"].value, o.at, o.sub("vars"), `"vars"`)
	if !ok {
		return nil
	}
	vars := map[string]string{}
	for _, name := range all.order {
		if !isName(name) {
			r.fail(all.entries[name].at, all.sub(name), "bad name "+quote(name)+" for a variable",
				"use letters, digits and underscore, no digit first")
			continue
		}
		vars[name] = all.reference(name)
	}
	return vars
}

func (r *reader) workload(e entry, vars map[string]string) *Workload {
	w := &Workload{Name: e.key, Line: e.at.line}
	what := "workload " + quote(e.key)
	if !nameShape.MatchString(e.key) {
		r.fail(e.at, "workloads", "bad name "+quote(e.key)+" for a workload", nameHint)
	}
	o, ok := r.object(e.value, e.at, "workloads."+e.key, what)
	if !ok {
		return w
	}
	o.known(keysOf[workloadShape]())
	if o.require("kind", "write one of "+strings.Join(Kinds(), ", ")) {
		w.Kind = o.oneOf("kind", Kinds())
	}
	w.Objectives = o.objectives(r.workloadTier(o, w))
	w.Owner = o.text("owner")
	w.Description = o.text("description")
	w.Runbook = r.absolute(o.reference("runbook"))
	w.Heartbeat = o.reference("heartbeat")
	w.Vars = merged(vars, r.vars(o))
	w.Copies = r.copies(o)
	w.Source = r.source(o, w)
	w.Checks = r.checks(o, w.Kind)
	return w
}

// workloadTier reads the tier and gives what it promises.
func (r *reader) workloadTier(o object, w *Workload) Objectives {
	var known []string
	for _, t := range r.tiers {
		known = append(known, t.Name)
	}
	hint := "write one of " + strings.Join(known, ", ")
	if !o.require("tier", hint) {
		return Objectives{}
	}
	w.Tier = o.text("tier")
	i := slices.IndexFunc(r.tiers, func(t Tier) bool { return t.Name == w.Tier })
	switch {
	case i >= 0:
		return r.tiers[i].Objectives
	case w.Tier != "" && len(r.tiers) > 0:
		o.fail("tier", "unknown tier "+quote(w.Tier), tierHint(w.Tier, known))
	}
	return Objectives{}
}

// tierHint lists the tiers where all names are too short to tell a slip from
// another name.
func tierHint(name string, known []string) string {
	if len(name) < 2 {
		return "known here: " + strings.Join(known, ", ")
	}
	return didYouMean(strings.TrimPrefix(strings.ToLower(name), "tier "), known)
}

// merged gives the variables of the file with the workload's own over them.
func merged(all, own map[string]string) map[string]string {
	if len(all) == 0 {
		return own
	}
	vars := maps.Clone(all)
	maps.Copy(vars, own)
	return vars
}
