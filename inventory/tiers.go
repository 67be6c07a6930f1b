package inventory

import (
	"slices"
	"strconv"
	"time"
)

func objectives(rpo, rto, frequency, retention time.Duration, first bool) Objectives {
	return Objectives{RPO: rpo, RTO: rto, Frequency: frequency, Retention: retention, TestEvery: defaultTestEvery(first)}
}

// TierTable returns a copy of a built-in table, "three" or "four"; nil for any
// other name.
func TierTable(name string) []Tier {
	const m, h = time.Minute, time.Hour
	switch name {
	case "three":
		return []Tier{
			{"1", "production databases, payment buckets", objectives(5*m, h, 15*m, 30*Day, true)},
			{"2", "production Kubernetes state, internal databases", objectives(h, 4*h, h, 30*Day, false)},
			{"3", "development, staging, analytics", objectives(24*h, 24*h, 24*h, 14*Day, false)},
		}
	case "four":
		return []Tier{
			{"1", "production databases, financial data", objectives(15*m, h, h, 90*Day, true)},
			{"2", "application data, user files", objectives(h, 4*h, h, 30*Day, false)},
			{"3", "development, logs, caches", objectives(24*h, 24*h, 24*h, 7*Day, false)},
			{"4", "archives, cold storage", objectives(Week, Week, Week, Year, false)},
		}
	}
	return nil
}

var tierTables = []string{"three", "four"}

const tiersHint = "write three, four or a mapping of your own"

// tierTable reads the key tiers; three if it is left out.
func (r *reader) tierTable(o object) []Tier {
	if !o.has("tiers") {
		return TierTable("three")
	}
	n := o.entries["tiers"].value
	switch n.kind {
	case scalar:
		if table := TierTable(n.text); table != nil {
			return table
		}
		hint := tiersHint
		if near := nearest(n.text, tierTables); near != "" {
			hint = `did you mean "` + near + `"?`
		}
		o.fail("tiers", "unknown tier table "+quote(n.text), hint)
	case mapping:
		return r.ownTiers(n)
	case broken:
	default:
		o.fail("tiers", `"tiers" wants a table's name or a mapping, not `+string(n.kind), tiersHint)
	}
	return nil
}

// ownTiers reads a mapping of tiers, over a built-in table if it extends one.
func (r *reader) ownTiers(n *node) []Tier {
	o, _ := r.object(n, n.at, "tiers", `"tiers"`)
	tiers := TierTable(o.oneOf("extends", tierTables))
	for _, name := range o.order {
		e := o.entries[name]
		if name == "extends" {
			continue
		}
		i := slices.IndexFunc(tiers, func(t Tier) bool { return t.Name == name })
		if i < 0 {
			tiers = append(tiers, r.tier(e, Tier{Name: name}))
		} else {
			tiers[i] = r.tier(e, tiers[i])
		}
	}
	if len(tiers) == 0 {
		if o.has("extends") {
			return nil
		}
		r.fail(n.at, "tiers", `"tiers" names no tier`, tiersHint)
		return nil
	}
	sortTiers(tiers)
	for i := range tiers {
		if tiers[i].TestEvery == 0 {
			tiers[i].TestEvery = defaultTestEvery(i == 0)
		}
	}
	return tiers
}

// tier reads one entry of the mapping over what is known of the tier already.
func (r *reader) tier(e entry, t Tier) Tier {
	what := "tier " + quote(e.key)
	if !nameShape.MatchString(e.key) {
		r.fail(e.at, "tiers", "bad name "+quote(e.key)+" for a tier", nameHint)
	}
	o, ok := r.object(e.value, e.at, "tiers."+e.key, what)
	if !ok {
		return t
	}
	o.known(keysOf[tierShape]())
	if o.has("description") {
		t.Description = o.text("description")
	}
	t.Objectives = o.objectives(t.Objectives)
	if !o.has("rpo") && !o.has("rto") && t.RPO == 0 && t.RTO == 0 {
		r.fail(e.at, "tiers."+e.key, what+" promises nothing", "give it rpo and rto")
	}
	return t
}

// objectives reads the five durations over those that hold without them.
func (o object) objectives(base Objectives) Objectives {
	for key, field := range map[string]*time.Duration{
		"rpo": &base.RPO, "rto": &base.RTO, "frequency": &base.Frequency,
		"retention": &base.Retention, "test_every": &base.TestEvery,
	} {
		if o.has(key) {
			*field = o.duration(key)
		}
	}
	return base
}

// sortTiers puts tiers that are all numbers into their order; others stay as
// they were written.
func sortTiers(tiers []Tier) {
	number := func(t Tier) int {
		n, err := strconv.Atoi(t.Name)
		if err != nil {
			return -1
		}
		return n
	}
	if slices.ContainsFunc(tiers, func(t Tier) bool { return number(t) < 0 }) {
		return
	}
	slices.SortStableFunc(tiers, func(a, b Tier) int { return number(a) - number(b) })
}
