package inventory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// copies reads a workload's copies, each name once.
func (r *reader) copies(o object) []*Copy {
	if !o.require("copies", "write copies: [] if it has no backup yet") {
		return nil
	}
	n := o.entries["copies"].value
	if n.kind != list {
		o.wantsList("copies", n)
		return nil
	}
	var copies []*Copy
	for i, item := range n.items {
		c, where := r.copy(item, fmt.Sprintf("%s[%d]", o.sub("copies"), i))
		if c.Name != "" {
			same := slices.IndexFunc(copies, func(x *Copy) bool { return x.Name == c.Name })
			if same >= 0 {
				r.fail(where, o.sub("copies"), o.what+" has two copies "+quote(c.Name),
					fmt.Sprintf("the first is on line %d; give each its own name", copies[same].Line))
			}
		}
		copies = append(copies, c)
	}
	return copies
}

func (o object) wantsList(key string, n *node) {
	if n.kind != broken {
		o.fail(key, quote(key)+" wants a list, not "+string(n.kind), "begin each of its items with a dash")
	}
}

// copy reads one item; where is the place of its name.
func (r *reader) copy(n *node, name string) (c *Copy, where pos) {
	c = &Copy{Line: n.at.line}
	o, ok := r.object(n, n.at, name, "a copy")
	if !ok {
		return c, n.at
	}
	if o.require("name", "name it, for example nightly") {
		c.Name, where = o.text("name"), o.entries["name"].value.at
		if c.Name != "" && !nameShape.MatchString(c.Name) {
			o.fail("name", "bad name "+quote(c.Name)+" for a copy", nameHint)
		}
		o.what = "copy " + quote(c.Name)
	}
	drivers := sorted(r.drivers)
	if o.require("driver", "write one of "+strings.Join(drivers, ", ")) {
		c.Driver = o.oneOf("driver", drivers)
	}
	r.copyFields(o, c)
	return c, where
}

func (r *reader) copyFields(o object, c *Copy) {
	c.Repository = r.location(o.reference("repository"))
	c.Media = o.text("media")
	c.Site = o.text("site")
	c.Offsite = o.flag("offsite")
	c.Immutable = o.flag("immutable")
	c.Trust = o.text("trust")
	c.MaxAge = o.duration("max_age")
	if c.Schedule = o.text("schedule"); c.Schedule != "" {
		if err := checkSchedule(c.Schedule); err != nil {
			message, hint := split(err)
			o.fail("schedule", message, hint)
		}
	}
	common := keysOf[copyShape]()
	own, _ := r.driverKeys(c.Driver)
	if c.Driver != "" {
		o.known(append(slices.Clone(common), own...))
	}
	c.Options = r.options(o, common, own, copyOptions[c.Driver])
}

// options reads the keys in own that are not common ones; nil if there are none.
func (r *reader) options(o object, common, own []string, known []option) map[string]string {
	var options map[string]string
	for _, key := range o.order {
		if !o.has(key) || slices.Contains(common, key) || !slices.Contains(own, key) {
			continue
		}
		if options == nil {
			options = map[string]string{}
		}
		options[key] = r.option(o, key, formOf(known, key))
	}
	return options
}

var count = lazyregexp.New(`^[1-9]\d{0,8}$`)

// option reads one value in its form. A list is joined by line ends.
func (r *reader) option(o object, key string, f form) string {
	if o.entries[key].value.kind == list && f == formList {
		return strings.Join(o.words(key), "\n")
	}
	s := o.reference(key)
	switch {
	case f == formPath:
		return r.location(s)
	case s == "" || strings.HasPrefix(s, "${"):
	case f == formCount && !count.MatchString(s):
		o.fail(key, quote(key)+" wants a whole number from 1, not "+quote(s), "")
	case f == formFlag && s != "true" && s != "false":
		o.fail(key, quote(key)+" wants true or false, not "+quote(s), "")
	}
	return s
}

// words reads a list of scalars.
func (o object) words(key string) []string {
	var words []string
	for i, item := range o.entries[key].value.items {
		if item.kind != scalar {
			if item.kind != broken {
				o.r.fail(item.at, o.sub(key)+"["+strconv.Itoa(i)+"]", quote(key)+" wants a list of texts, not of "+plural(item.kind), "")
			}
			continue
		}
		words = append(words, item.text)
	}
	return words
}

func plural(k nodeKind) string {
	switch k {
	case mapping:
		return "mappings"
	case list:
		return "lists"
	}
	return "nothing"
}
