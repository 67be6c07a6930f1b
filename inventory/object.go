package inventory

import (
	"slices"
	"strconv"
	"time"
)

// object is a mapping whose keys are being read.
type object struct {
	r       *reader
	name    string // full name, for Error.Key
	what    string // what messages call it: `workload "orders-db"`
	at      pos    // where a missing key is reported
	entries map[string]entry
	order   []string
}

// object takes n as a mapping. ok is false if it is none, which is then on
// record. Duplicates are refused here, unknown keys by known.
func (r *reader) object(n *node, where pos, name, what string) (o object, ok bool) {
	o = object{r: r, name: name, what: what, at: where, entries: map[string]entry{}}
	switch n.kind {
	case mapping:
	case broken:
		return o, false
	case nothing:
		return o, true
	default:
		r.fail(n.at, name, what+" wants keys, not "+string(n.kind), `write "key: value" on lines of its own, indented`)
		return o, false
	}
	for _, e := range n.entries {
		before, twice := o.entries[e.key]
		switch {
		case !twice:
			o.order = append(o.order, e.key)
			o.entries[e.key] = e
		case e.merged:
		case before.merged:
			o.entries[e.key] = e
		default:
			r.fail(e.at, o.sub(e.key), "key "+quote(e.key)+" is here twice",
				"the first is on line "+strconv.Itoa(before.at.line))
		}
	}
	return o, true
}

// known refuses every key that is not among keys.
func (o object) known(keys []string) {
	for _, key := range o.order {
		if !slices.Contains(keys, key) {
			o.r.fail(o.entries[key].at, o.sub(key), "unknown key "+quote(key), didYouMean(key, keys))
		}
	}
}

func (o object) sub(key string) string {
	if o.name == "" {
		return key
	}
	return o.name + "." + key
}

func (o object) fail(key, message, hint string) {
	o.r.fail(o.entries[key].value.at, o.sub(key), message, hint)
}

// has says that the key is there with a value.
func (o object) has(key string) bool {
	e, ok := o.entries[key]
	return ok && e.value.kind != nothing
}

// require reports a key that is missing or has no value.
func (o object) require(key, hint string) bool {
	e, there := o.entries[key]
	switch {
	case o.has(key):
		return true
	case there:
		o.r.fail(e.value.at, o.sub(key), quote(key)+" of "+o.what+" is empty", hint)
	default:
		o.r.fail(o.at, o.sub(key), o.what+" has no "+quote(key), hint)
	}
	return false
}

// text gives a scalar as written; empty if it is not there or is none.
func (o object) text(key string) string {
	n := o.scalar(key, "text")
	if n == nil || o.secret(key, n.text) {
		return ""
	}
	return n.text
}

// scalar gives the key's value if it is a single one, else nil; another kind of
// value is reported as not being what is wanted.
func (o object) scalar(key, wanted string) *node {
	if !o.has(key) {
		return nil
	}
	n := o.entries[key].value
	if n.kind == mapping || n.kind == list {
		o.fail(key, quote(key)+" wants "+wanted+", not "+string(n.kind), "")
	}
	if n.kind != scalar {
		return nil
	}
	return n
}

// reference is text that may hold ${NAME}, which must then be well formed.
func (o object) reference(key string) string {
	s := o.text(key)
	if err := checkReferences(s); err != nil {
		message, hint := split(err)
		o.fail(key, quote(key)+": "+message, hint)
	}
	return s
}

func (o object) flag(key string) bool {
	n := o.scalar(key, "true or false")
	if n == nil {
		return false
	}
	if n.plain && (n.text == "true" || n.text == "false") {
		return n.text == "true"
	}
	hint := "write true or false"
	if !n.plain {
		hint += " without quotes"
	}
	o.fail(key, quote(key)+" wants true or false, not "+quote(n.text), hint)
	return false
}

func (o object) duration(key string) time.Duration {
	n := o.scalar(key, "a duration such as 24h")
	if n == nil {
		return 0
	}
	d, err := ParseDuration(n.text)
	if err != nil {
		o.r.failWith(n.at, o.sub(key), quote(key), err)
	}
	return d
}

// oneOf is text that must be one of names.
func (o object) oneOf(key string, names []string) string {
	s := o.text(key)
	if s != "" && !slices.Contains(names, s) {
		o.fail(key, "unknown "+key+" "+quote(s), didYouMean(s, names))
		return ""
	}
	return s
}

// quote puts a name that came from the file into a message: control
// characters escaped, length bounded.
func quote(s string) string { return strconv.Quote(shorten(s)) }
