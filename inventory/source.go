package inventory

import (
	"slices"
)

// source reads where the live data is; which keys it has depends on the kind,
// and on the drivers of the copies.
func (r *reader) source(o object, w *Workload) Source {
	rule := sourceRules[w.Kind]
	hint := "say where the live data is"
	switch {
	case w.Kind == "":
	case len(rule.anyOf) == 0:
		hint += "; source: {} takes the tool's own default"
	default:
		hint += ": source: {" + rule.anyOf[0] + ": …}"
	}
	if !o.require("source", hint) {
		return Source{}
	}
	s, ok := r.object(o.entries["source"].value, o.entries["source"].at, o.sub("source"), "the source of "+o.what)
	if !ok {
		return Source{}
	}
	common, own := keysOf[sourceShape](), names(rule.options)
	enough := rule.anyOf
	for _, c := range w.Copies {
		_, more := r.driverKeys(c.Driver)
		own = append(own, more...)
		enough = append(slices.Clone(enough), more...)
	}
	if w.Kind != "" {
		s.known(append(slices.Clone(common), own...))
		if len(rule.anyOf) > 0 && !slices.ContainsFunc(enough, s.has) {
			r.fail(s.at, s.name, s.what+" has no "+quoteKeys(rule.anyOf), "")
		}
	}
	return Source{
		DSN:     s.reference("dsn"),
		Path:    r.absolute(s.reference("path")),
		Options: r.options(s, common, own, rule.options),
	}
}
