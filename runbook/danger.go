package runbook

import (
	"cmp"
	"slices"
	"strings"
)

// Finding is one destructive call in a script.
type Finding struct {
	Line   int    // 1-based, within the script
	Column int    // 1-based, in bytes
	What   string // the call: "rm -rf /data"
	Why    string // what it destroys
	// Operands are the words that the call acts on, as the script has them
	// but without quotes: the files of rm, the file of a redirection, the
	// host, port and database (or DSN) of a database client, for others every
	// argument that is no option. Variables that the script surely sets to one
	// value have it; others stay as written. What can't be told is "…": a
	// variable with several values, the files that xargs is fed, the cluster
	// that kubectl is set to, the databases that an unread SQL file connects
	// to. The host of ssh and the container of exec come first, PGHOST and its
	// kind as NAME=value where the script sets them, and the database that SQL
	// drops last. Empty where all of it is left to the environment.
	Operands []string
}

// unknownWord is the operand of which nothing is known.
const unknownWord = "…"

const (
	// loadsSQL is why SQL that is not in the script is found.
	loadsSQL = "loads SQL that can't be read from here"
	// runsUnread is why a program that is not in the script is found.
	runsUnread = "runs what can't be read from here"
)

// Danger finds the destructive calls of a script by parsing it. It looks
// through sudo, env, xargs, timeout, ssh, eval, functions, aliases, bash -c
// and their kind, into SQL and code given to a client or interpreter as an
// option, by a pipe, a here-document or a here-string, and through variables
// that the script itself assigns. What is run but stands in no script, such as
// `curl … | sh` or SQL loaded from a file, is found for that; a script called
// by its path is not. A script that does not parse is read line by line.
func Danger(script, language string) []Finding {
	return DangerGiven(script, language, nil)
}

// DangerGiven is Danger where values of the script's environment are known.
func DangerGiven(script, language string, vars map[string]string) []Finding {
	if language == "sql" {
		return judgeSQL(script, Pos{1, 1}, sqlAny)
	}
	if !isShell(language) {
		return nil
	}
	d := newDangerFinder()
	for name, value := range vars {
		d.vars[name] = &shellVariable{values: []arg{{text: value, src: value}}, exported: true}
	}
	d.script(script, Pos{1, 1}, shellScope{})
	d.leftFunctions()
	for i, last := 0, strings.Count(script, "\n")+1; i < len(d.found); i++ {
		d.found[i].Line = min(d.found[i].Line, last) // a variable's value may have more lines than the script
	}
	slices.SortStableFunc(d.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.What, b.What))
	})
	return slices.CompactFunc(d.found, func(a, b Finding) bool {
		return a.Line == b.Line && a.Column == b.Column && a.What == b.What && a.Why == b.Why && slices.Equal(a.Operands, b.Operands)
	})
}

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
