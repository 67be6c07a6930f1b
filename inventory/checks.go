package inventory

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// checkWays are the keys of which a check has exactly one.
var checkWays = []string{"rows", "query", "canary", "command", "file"}

var sqlKinds = []string{"postgresql", "mysql", "sqlite"}

var hexDigest = lazyregexp.New(`^[0-9a-fA-F]{64}$`)

// checks reads what must be true of restored data.
func (r *reader) checks(o object, kind string) []Check {
	if !o.has("checks") {
		return nil
	}
	n := o.entries["checks"].value
	if n.kind != list {
		o.wantsList("checks", n)
		return nil
	}
	var checks []Check
	for i, item := range n.items {
		c, ok := r.object(item, item.at, fmt.Sprintf("%s[%d]", o.sub("checks"), i), "a check")
		if !ok {
			continue
		}
		c.known(keysOf[checkShape]())
		checks = append(checks, c.check(item.at, kind))
	}
	return checks
}

func (o object) check(where pos, kind string) Check {
	c := Check{
		Line: where.line, Name: o.text("name"), Rows: o.text("rows"), Query: o.text("query"), Canary: o.text("canary"),
		Command: o.text("command"), File: o.text("file"), Expect: o.text("expect"), SHA256: o.text("sha256"), Newest: o.flag("newest"),
	}
	way := o.way()
	if way == "" {
		return c
	}
	if slices.Contains([]string{"rows", "query", "canary"}, way) && kind != "" && !slices.Contains(sqlKinds, kind) {
		o.r.fail(o.entries[way].at, o.sub(way), fmt.Sprintf("%q asks a database, and kind %s is none", way, kind), "use command or file")
	}
	o.expectation(way, &c)
	o.digest(way, &c)
	if way == "file" && !filepath.IsLocal(c.File) && !strings.Contains(c.File, "${") {
		o.fail("file", `"file" leaves the restored tree`, "write it relative to the tree's top, without ..")
	}
	if c.Newest && way != "query" {
		o.fail("newest", `"newest" needs a query`, "give query: the statement that finds the newest time")
	}
	if c.Name == "" {
		c.Name = way + " " + firstLine(o.text(way))
	}
	return c
}

// way gives the one of checkWays that the check has.
func (o object) way() string {
	var ways []string
	for _, way := range checkWays {
		if o.has(way) {
			ways = append(ways, way)
		}
	}
	switch len(ways) {
	case 0:
		o.r.fail(o.at, o.name, "a check without "+quoteKeys(checkWays), "say what to look at")
		return ""
	case 1:
		return ways[0]
	}
	o.r.fail(o.entries[ways[1]].at, o.name, "a check with both "+quote(ways[0])+" and "+quote(ways[1]), "make two checks of it")
	return ""
}

// expectation holds expect to what the check looks at.
func (o object) expectation(way string, c *Check) {
	given := o.has("expect")
	newest := c.Newest || o.has("newest") && o.entries["newest"].value.text != "false"
	switch {
	case way == "command" && given:
		o.fail("expect", `"expect" says nothing to a command`, "a command holds if it exits 0; compare inside of it")
	case way == "file" && given:
		o.fail("expect", `"expect" says nothing to a file`, "use sha256")
	case way == "rows" && !given:
		c.Expect = "> 0"
	case way == "canary" && !given:
		o.r.fail(o.entries[way].at, o.sub(way), `a canary without "expect" proves nothing`, "give expect: the value that was planted")
	case way == "query" && !given && !newest:
		o.r.fail(o.entries[way].at, o.sub(way), `a query without "expect" or "newest" proves nothing`, expectHint)
	case way == "query" && given && newest:
		o.fail("expect", `"expect" and "newest" do not go together`, "make two checks of it")
	}
	if given && c.Expect != "" && (way == "rows" || way == "query" || way == "canary") {
		o.syntaxOf(way, c.Expect)
	}
}

// syntaxOf parses an expectation. One with ${NAME} is known only later.
func (o object) syntaxOf(way, s string) {
	if err := checkReferences(s); err != nil {
		o.r.failWith(o.entries["expect"].value.at, o.sub("expect"), `"expect"`, err)
		return
	}
	e, err := ParseExpect(s)
	switch {
	case way == "canary":
		if err == nil && !e.IsPlain() {
			o.fail("expect", "a canary is compared byte for byte, and "+quote(s)+" is a comparison", "use query")
		}
	case strings.Contains(s, "${"):
	case err != nil:
		message, hint := split(err)
		o.fail("expect", message, hint)
	case way == "rows" && e.IsPlain() && rat(s) == nil:
		o.fail("expect", "rows are counted, and "+quote(s)+" is no number", expectHint)
	}
}

// digest allows sha256 for a file only.
func (o object) digest(way string, c *Check) {
	switch {
	case c.SHA256 == "":
	case way != "file":
		o.fail("sha256", `"sha256" needs a file`, "")
	case !hexDigest.MatchString(c.SHA256):
		o.fail("sha256", `"sha256" wants 64 hexadecimal digits`, "take the first column of sha256sum")
	default:
		c.SHA256 = strings.ToLower(c.SHA256)
	}
}

// firstLine makes a name of a query or command.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return shorten(strings.TrimSpace(line))
}
