package runbook

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// command is a command line without what it was wrapped in.
type command struct {
	name    string // of the program, without its directory
	argv    []arg
	at      Pos
	places  []string // the containers it runs in
	env     []string // NAME=value before it
	fed     bool     // it gets more arguments, from elsewhere
	foreign bool     // its environment is not the script's
	line    string   // a wrapper's words as one line of shell
}

func (c command) args() []arg { return c.argv[min(1, len(c.argv)):] }

func (c command) what() string { return strings.Join(textsOf(c.argv), " ") }

// command reads a call as what it runs in the end.
func (s *shellDanger) command(call *syntax.CallExpr) command {
	var c command
	for _, a := range call.Assigns {
		if a.Name != nil && a.Value != nil {
			c.env = append(c.env, a.Name.Value+"="+s.expand(a.Value).src)
		}
	}
	c.foreign = len(c.env) > 0
	c.unwrap(s.args(call), s.functions)
	s.environment(&c)
	return c
}

// environment adds the variables of the script that say where a client
// connects.
func (s *shellDanger) environment(c *command) {
	spec, ok := clientOf(c.name)
	if !ok {
		return
	}
	for _, name := range strings.Fields(spec.env) {
		if v := s.vars[name]; v != nil && len(v.values) > 0 {
			value := v.last().src
			if v.unsure {
				value = unknownWord
			}
			c.env = append(c.env, name+"="+value)
		}
	}
}

// unwrap takes wrappers off a command line: `sudo -u postgres timeout 5m
// dropdb x` becomes `dropdb x`.
func (c *command) unwrap(argv []arg, functions map[string]*function) {
	for range 16 {
		if len(argv) == 0 {
			break
		}
		name := nameOfProgram(argv[0])
		if f := functions[name]; f != nil && f.body != nil {
			break
		}
		w, ok := wrappers[name]
		if !ok {
			argv = dashed(name, argv)
			if nameOfProgram(argv[0]) == name {
				break
			}
			continue
		}
		inner, ok := w.within(argv)
		if (name == "flock" || name == "su" || name == "runuser" || name == "env") && commandOption(argv) >= 0 {
			break // flock FILE -c 'line'
		}
		if !ok {
			break
		}
		if name == "command" && (optionStyle{first: true}).parse(argv[1:]).has("-v -V") {
			break
		}
		c.passed(w, argv[:len(argv)-len(inner)])
		inner = entered(argv[:len(argv)-len(inner)], inner)
		if w.joined && joinable(inner) {
			c.line = joined(inner)
			break
		}
		argv = inner
	}
	if c.argv = argv; len(argv) > 0 {
		c.name = nameOfProgram(argv[0])
	}
}

// entered is a container's command line: its image's own program may be
// replaced by another one, and "--" may stand late.
func entered(before, inner []arg) []arg {
	for i, a := range before {
		if entry, ok := strings.CutPrefix(a.text, "--entrypoint="); ok {
			return append([]arg{{text: entry, src: entry}}, inner...)
		}
		if i > 0 && before[i-1].text == "--entrypoint" {
			return append([]arg{a}, inner...)
		}
	}
	if len(inner) > 1 && inner[1].text == "--" && listed("kubectl oc", nameOfProgram(before[0])) {
		return append([]arg{inner[0]}, inner[2:]...)
	}
	return inner
}

// joinable holds for words that only a shell takes apart: "rm -rf x", a; b.
func joinable(words []arg) bool {
	return len(words) > 0 && strings.ContainsAny(words[0].text, " ;|&\n")
}

// commandOption is where -c and its value are among a wrapper's words, or -1.
func commandOption(argv []arg) int {
	for i, a := range argv[1:] {
		switch {
		case a.text == "--":
			return -1
		case a.text == "-S" || strings.HasPrefix(a.text, "-S") || strings.HasPrefix(a.text, "--split-string"):
			if nameOfProgram(argv[0]) == "env" {
				return i + 1
			}
		case nameOfProgram(argv[0]) == "env":
		case a.text == "-c" || a.text == "--command" || strings.HasPrefix(a.text, "--command=") || len(a.text) > 2 && a.text[0] == '-' && a.text[1] != '-' && strings.HasSuffix(a.text, "c"):
			return i + 1
		}
	}
	return -1
}

// dashed is the command line after "--" of a program that nothing is known
// of: `secretctl run -- dropdb x`.
func dashed(name string, argv []arg) []arg {
	if !slices.ContainsFunc(argv, func(a arg) bool { return a.text == "--" }) || knownProgram(name) || listed("echo printf grep egrep fgrep rg cat ls man git set test read cd sort head tail wc basename dirname logger diff less more kubectl", name) {
		return argv
	}
	for i, a := range argv {
		if a.text == "--" && i+1 < len(argv) && knownProgram(nameOfProgram(argv[i+1])) {
			return argv[i+1:]
		}
	}
	return argv
}

// passed keeps what matters of a wrapper, from its name to its command.
func (c *command) passed(w wrapper, words []arg) {
	c.fed = c.fed || w.feeds
	keeps := nameOfProgram(words[0]) == "sudo" && (optionStyle{first: true}).parse(words[1:]).has("-E --preserve-env")
	c.foreign = c.foreign || w.foreign && !keeps && (nameOfProgram(words[0]) != "env" || len(words) > 1)
	last := len(words) - 1
	for last > 0 && words[last].text == "--" {
		last--
	}
	for i, a := range words {
		if w.assigns && assignment.MatchString(a.text) {
			c.env = append(c.env, a.src)
		}
		if w.elsewhere && i > 0 && !strings.HasPrefix(a.text, "-") && !listed(w.subcommand, a.text) && (i == last || !listed(w.takes, words[i-1].text)) {
			c.places = append(c.places, a.src)
		}
	}
}

var (
	versionedName  = lazyregexp.New(`^(python|pip|ruby|perl|php|lua|psql|pg_dump|node|mysql|java)-?\d[\d.]*$`)
	variableName   = lazyregexp.New(`^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$`)
	programEndings = strings.NewReplacer("_bin", "", "_cmd", "", "_command", "", "_binary", "", "_path", "", "_exe", "", "_prog", "", "_", "-")
)

// nameOfProgram is a program's name, without directory and version. A variable
// that the script does not set is taken at its word: $KUBECTL is kubectl.
func nameOfProgram(a arg) string {
	if strings.HasPrefix(a.text, "/etc/init.d/") || strings.HasPrefix(a.text, "/etc/rc.d/") {
		return "service"
	}
	name := strings.TrimSuffix(baseName(a.text), ".exe")
	if strings.HasPrefix(name, "$") {
		m := variableName.FindStringSubmatch(name)
		if m == nil {
			return name
		}
		if guess := programEndings.Replace(strings.ToLower(m[1])); knownProgram(guess) {
			return guess
		}
		return name
	}
	if n := len(name); n > 0 && name[n-1] >= '0' && name[n-1] <= '9' {
		if m := versionedName.FindStringSubmatch(name); m != nil {
			return m[1]
		}
	}
	return name
}

// knownProgram holds for programs that something is known of.
func knownProgram(name string) bool {
	if _, ok := programOf(name); ok {
		return true
	}
	if _, ok := wrappers[name]; ok {
		return true
	}
	if _, ok := clientOf(name); ok {
		return true
	}
	return shells[name] || tools[name] || commonWords[name] || listed("rm mv cp dd tee rsync tar chmod chown kill find sed awk gawk perl python ruby node php ssh su eval cat echo printf grep ls jq curl", name)
}

// where names the places other than this machine that a command acts in.
func (c command) where() []string {
	places := slices.Clone(c.places)
	if c.name == "ssh" {
		if host, _ := sshOptions.skipOptions(c.args()); len(host) > 0 {
			places = append(places, host[0].src)
		}
	}
	return places
}

var sshOptions = wrapper{takes: "-p -i -l -o -F -J -L -R -D -W -b -c -e -m -w -E -B -I -O -Q -S"}
