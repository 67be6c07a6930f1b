package pgdump

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// class of a message of pg_restore.
type class string

const (
	harmless class = "harmless" // the data is as it was
	broken   class = "failed"   // something of the dump is not there
	unsure   class = "unknown"  // not known to be harmless: counts as failed
)

// message is one error of pg_restore, with the statement that caused it.
type message struct {
	class   class
	text    string
	entry   string // of the table of contents
	command string
}

// messages reads what pg_restore says on stderr, line by line.
type messages struct {
	list    []message
	entry   string
	ignored int // as pg_restore counts them; -1: it does not say
}

// mostMessages is how many errors are kept: a full disk makes thousands.
const mostMessages = 1000

var ignoredRE = lazyregexp.New(`errors ignored on restore: (\d+)`)

// line takes one line.
func (m *messages) line(l string) {
	if rest, ok := strings.CutPrefix(l, "pg_restore: "); ok {
		m.own(rest)
		return
	}
	if len(m.list) == 0 {
		return
	}
	last := &m.list[len(m.list)-1]
	if cmd, ok := strings.CutPrefix(l, "Command was: "); ok {
		last.command = cmd
		last.class = classify(last.text, last.command)
	}
}

// own takes a line of pg_restore itself.
func (m *messages) own(l string) {
	switch {
	case strings.HasPrefix(l, "from TOC entry "):
		m.entry = strings.TrimPrefix(l, "from TOC entry ")
	case strings.HasPrefix(l, "error: "):
		if len(m.list) < mostMessages {
			text := strings.TrimPrefix(strings.TrimPrefix(l, "error: "), "could not execute query: ")
			m.list = append(m.list, message{class: classify(text, ""), text: text, entry: m.entry})
		}
	case strings.HasPrefix(l, "warning: "):
		if hit := ignoredRE.FindStringSubmatch(l); hit != nil {
			m.ignored, _ = strconv.Atoi(hit[1]) // digits by the expression
		}
	}
}

// rules classify messages; the first that fits holds. command, if any, must
// fit too.
var rules = []struct {
	text, command *lazyregexp.Regexp
	class         class
}{
	{lazyregexp.New(`role ".*" does not exist`), lazyregexp.New(`^(ALTER .* OWNER TO|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SET SESSION AUTHORIZATION)`), harmless},
	{lazyregexp.New(`schema "public" already exists`), nil, harmless},
	{lazyregexp.New(`must be owner of (schema public|extension|language)`), lazyregexp.New(`^(COMMENT ON|ALTER SCHEMA public|GRANT|REVOKE)`), harmless},
	{lazyregexp.New(`(extension|language) "plpgsql" already exists`), nil, harmless},
	{lazyregexp.New(`unrecognized configuration parameter`), lazyregexp.New(`^SET `), harmless},
	{lazyregexp.New(`no privileges (could be|were) (revoked|granted)`), nil, harmless},
	{lazyregexp.New(`COPY failed|could not (read|uncompress|extend|write|find|open|create)|No space left|already exists|duplicate key|violates|syntax error|` +
		`does not exist|permission denied|must be (owner|superuser|member)|invalid |out of memory|connection|terminat|corrupt|end of file|died`), nil, broken},
}

func classify(text, command string) class {
	for _, r := range rules {
		if r.text.MatchString(text) && (r.command == nil || r.command.MatchString(command)) {
			return r.class
		}
	}
	return unsure
}

// warnings are the harmless messages, for the evidence.
func (m *messages) warnings() []string {
	var w []string
	for _, msg := range m.list {
		if msg.class == harmless {
			w = append(w, "harmless: "+printable(msg.text))
		}
	}
	return w
}

// verdict of a pg_restore that has ended: nil if all it said is harmless and
// it said as much as it counted.
func (m *messages) verdict(exit drivers.Exit) error {
	for _, c := range []class{broken, unsure} {
		for _, msg := range m.list {
			if msg.class == c {
				return m.explain(msg)
			}
		}
	}
	switch {
	case exit.OK() && len(m.list) == 0:
		return nil
	case exit.Code == 1 && m.ignored > 0 && m.ignored == len(m.list):
		return nil
	case exit.OK():
		return fmt.Errorf("pg_restore ended with status 0 but reported %d errors", len(m.list))
	case m.ignored > len(m.list):
		return fmt.Errorf("pg_restore ignored %d errors, of which only %d were understood", m.ignored, len(m.list))
	case len(m.list) > 0: // it stopped at an error that is harmless elsewhere
		return m.explain(m.list[len(m.list)-1])
	case exit.Signal != "":
		return fmt.Errorf("pg_restore was ended by %s", exit.Signal)
	}
	return fmt.Errorf("pg_restore ended with status %d", exit.Code)
}

// causes give a message its sentinel, and the operator what to do.
var causes = []struct {
	re   *lazyregexp.Regexp
	is   error
	hint string
}{
	{lazyregexp.New(`No space left|could not extend`), drivers.ErrNoSpace, "make room on the target's file system, or set TMPDIR to a larger one"},
	{lazyregexp.New(`extension ".*" is not available|could not open extension control file`), drivers.ErrUnsupported, "install the extension's package on the target's host"},
	{lazyregexp.New(`read from input file|uncompress|find block|end of file|corrupt|invalid (command|data)|missing data for column`), drivers.ErrCorrupt, hintPrevious},
	{lazyregexp.New(`permission denied|must be (owner|superuser)`), drivers.ErrDenied, "restore as a superuser, or as the owner of the database"},
	{lazyregexp.New(`other objects depend on it`), drivers.ErrTargetUnsafe, "restore the table into scratch, and copy its rows over from there"},
	{lazyregexp.New(`role ".*" does not exist`), nil, "create the role in the target first (pg_dumpall --globals-only has them)"},
	{lazyregexp.New(`connection to server|could not connect|server closed the connection|terminating connection`), drivers.ErrUnreachable, "look into the target server's log"},
}

func (m *messages) explain(msg message) error {
	text := printable(msg.text)
	if msg.entry != "" {
		text += " (entry " + printable(msg.entry) + ")"
	}
	if more := len(m.list) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	err := errors.New(text)
	for _, c := range causes {
		if c.re.MatchString(msg.text) {
			if c.is != nil {
				err = fmt.Errorf("%s: %w", text, c.is)
			}
			return fail("restore", "", err, c.hint)
		}
	}
	return err
}
