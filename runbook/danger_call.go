package runbook

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// call judges one command line, with each value that its variables may have.
func (s *shellDanger) call(call *syntax.CallExpr) {
	s.judgeCall(call)
	if !s.severalValued {
		return
	}
	for _, name := range s.manyValued(call) {
		for i := range len(s.vars[name].values) - 1 {
			s.choices[name] = i
			s.judgeCall(call)
		}
		delete(s.choices, name)
	}
}

// manyValued names the variables of a call that have had several values.
func (s *shellDanger) manyValued(call *syntax.CallExpr) []string {
	var names []string
	note := func(part syntax.WordPart) {
		if p, ok := part.(*syntax.ParamExp); ok && p.Param != nil {
			if v := s.vars[p.Param.Value]; v != nil && len(v.values) > 1 {
				names = append(names, p.Param.Value)
			}
		}
	}
	for _, w := range call.Args {
		for _, part := range w.Parts {
			note(part)
			if q, ok := part.(*syntax.DblQuoted); ok {
				for _, inner := range q.Parts {
					note(inner)
				}
			}
		}
	}
	return names
}

// pick is the value of a variable that is tried.
func (s *shellDanger) pick(name string, v *shellVariable) arg {
	if i, ok := s.choices[name]; ok && i < len(v.values) {
		return v.values[i]
	}
	return v.last()
}

func (s *shellDanger) judgeCall(call *syntax.CallExpr) {
	if s.calls++; s.calls > maxCalls {
		return
	}
	c := s.command(call)
	if len(c.argv) == 0 && c.line == "" {
		return
	}
	c.at = s.place(call.Pos())
	s.remember(c)
	s.judge(c)
}

// remember takes in what a builtin changes.
func (s *shellDanger) remember(c command) {
	switch args := c.args(); c.name {
	case "alias":
		for _, a := range args {
			if name, value, ok := strings.Cut(a.text, "="); ok {
				s.aliases[name] = value
			}
		}
	case "unalias":
		clear(s.aliases)
	case "read", "mapfile", "readarray", "getopts", "unset", "let", "printf", "wait":
		for i, a := range args {
			if c.name == "printf" && (i == 0 || args[i-1].text != "-v") {
				continue
			}
			if name, _, _ := strings.Cut(a.text, "="); syntax.ValidName(name) {
				s.variable(name).unsure = true
			}
		}
	case "set":
		text := " " + strings.Join(textsOf(args), " ")
		s.noClobber = (s.noClobber || setOption(args, 'C') || strings.Contains(text, "-o noclobber")) && !strings.Contains(text, "+C") && !strings.Contains(text, "+o noclobber")
		s.exportAll = s.exportAll || setOption(args, 'a') || strings.Contains(text, "-o allexport")
	case "shift":
		s.shift(c)
	case "createdb":
		o := clients["dropdb"].style().parse(args)
		if len(o.words) == 1 && !o.words[0].open {
			s.databases[strings.Join(append(clients["dropdb"].read(args).conn, c.env...), "|")] = true
		}
	}
}

func setOption(args []arg, letter byte) bool {
	for _, a := range args {
		if len(a.text) > 1 && a.text[0] == '-' && a.text[1] != '-' && strings.IndexByte(a.text, letter) > 0 {
			return true
		}
	}
	return false
}

// judge finds what a command line destroys.
func (s *shellDanger) judge(c command) {
	if inner, ok := c.innerScript(); ok {
		s.inner(c, inner)
		if c.name != "ansible" && c.name != "az" && c.name != "gcloud" {
			return
		}
	}
	if len(c.argv) == 0 || s.unread(c) || s.callFunction(c) || s.fileCall(c) || s.textCall(c) || s.codeCall(c) {
		return
	}
	if p, ok := programOf(c.name); ok {
		o := p.style.parse(c.args())
		if why := p.destroys(o); why != "" && !(p.files && !c.fed && allTemporary(o.words)) {
			s.addAt(c.at, c.what(), why, append(c.where(), s.fedOperands(c, p.operands(o))...))
			return
		}
	}
	if spec, ok := clientOf(c.name); ok {
		s.client(c, spec)
	}
}

// allTemporary holds for single files under /tmp, and what mktemp made.
func allTemporary(words []arg) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(a arg) bool { return !oneTemporary(a.src) })
}

// inner judges a script that a command is given as text. Where a variable
// may have several values, its last one is read.
func (s *shellDanger) inner(c command, script arg) {
	if strings.Contains(script.src, unknownWord) {
		c.places = append(c.places, unknownWord)
		script.src = script.text
	}
	s.nested(c, script.src, c.at)
}

// printsSettings are programs whose output is meant for eval.
var printsSettings = lazyregexp.New(`^<?\$?\(\s*(sudo\s+)?(\S*/)?(ssh-agent|keychain|minikube|docker-machine|op|direnv|brew|pyenv|rbenv|nodenv|goenv|jenv|dircolors|lesspipe|starship|opam|luarocks|resize|export|declare|locale|tset|vault-env|aws configure|aws-vault|gpg-agent|fnm|zoxide|mise|asdf|shellenv|env|cat /etc/os-release|\S+ (completion|shellenv|docker-env|podman-env)|\S+ completion)\b`)

// unread finds a program whose name, or script, is not in the script.
func (s *shellDanger) unread(c command) bool {
	name := c.argv[0]
	switch {
	case !name.open && !strings.Contains(name.text, "(") && !openName(name) && !readsSubstitution(c):
		return false
	case printsSettings.MatchString(name.text):
		return true
	case openName(name) && !knownProgram(c.name):
	case (c.name == "source" || c.name == "." || shells[c.name] || interpreters[c.name] != nil) && readsSubstitution(c):
	default:
		return false
	}
	s.addAt(c.at, c.what(), runsUnread, append(append(c.where(), srcsOf(c.argv)...), unknownWord))
	return true
}

// computedAssignment is $name=value, within eval.
var computedAssignment = lazyregexp.New(`^\$?\{?[A-Za-z_]\w*\}?(\[[^\]]*\])?\+?=`)

// openName holds for a program's name that is not known.
func openName(a arg) bool {
	name := baseName(a.text)
	switch {
	case a.text == "{}" || strings.HasPrefix(a.text, unknownWord):
		return true
	case !a.open:
		return strings.ContainsAny(name, "*?") || strings.Contains(name, "[") && strings.Contains(name, "]")
	case computedAssignment.MatchString(a.text):
		return false
	}
	return strings.Contains(name, "$") || strings.Contains(name, "`") || strings.Contains(name, unknownWord) || strings.HasPrefix(a.text, "$(") && strings.HasSuffix(a.text, ")")
}

// readsSubstitution holds for `bash <(…)`, `. /dev/stdin`.
func readsSubstitution(c command) bool {
	for _, a := range c.args() {
		if strings.HasPrefix(a.text, "<(") {
			return !printsSettings.MatchString(a.text)
		}
	}
	return false
}
