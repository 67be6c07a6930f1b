package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// textCall judges the programs that may edit in place, run other programs or
// write files by what their own small languages say.
func (s *shellDanger) textCall(c command) bool {
	switch c.name {
	case "find", "fd", "fdfind":
		s.find(c)
	case "sed", "gsed":
		s.sed(c)
	case "awk", "gawk", "mawk", "nawk":
		s.awk(c)
	case "tmux", "screen":
	case "git":
		return s.gitAlias(c)
	case "curl":
		return s.request(c)
	case "aws":
		s.sentCommand(c)
		return false
	case "openssl":
		s.encrypts(c)
	default:
		return false
	}
	return true
}

// find judges what find deletes, and what it runs on each file.
func (s *shellDanger) find(c command) {
	args := c.args()
	roots := findRoots(args)
	if len(args) > 0 && listed(alwaysTells, args[0].text) {
		return
	}
	if slices.ContainsFunc(args, func(a arg) bool { return a.text == "-L" || a.text == "-follow" || a.text == "-files0-from" }) {
		roots = append(roots, unknownWord)
	}
	for i, a := range args {
		valued := i > 0 && listed("-name -iname -path -ipath -regex -iregex -wholename -newer -lname -user -group -printf", args[i-1].text)
		switch {
		case valued:
		case a.text == "-delete":
			s.addAt(c.at, c.what(), "deletes every file it finds", append(c.where(), roots...))
		case (a.text == "-fprint" || a.text == "-fprintf" || a.text == "-fls" || a.text == "-fprint0") && i+1 < len(args):
			if why := s.overwrites(args[i+1]); why != "" {
				s.addAt(c.at, c.what(), why, append(c.where(), args[i+1].src))
			}
		case listed("-exec -execdir -ok -okdir", a.text), c.name != "find" && listed("-x -X --exec --exec-batch", a.text):
			s.findExec(c, args[i+1:], roots)
		}
	}
}

// findExec judges a command that find runs; {} stands for what is below its
// roots.
func (s *shellDanger) findExec(c command, words []arg, roots []string) {
	for i, w := range words {
		if w.text == ";" || w.text == "+" && i > 0 && words[i-1].text == "{}" {
			words = words[:i]
			break
		}
	}
	if len(words) == 0 {
		return
	}
	if words[0].text == "{}" {
		s.addAt(c.at, c.what(), runsUnread, append(c.where(), unknownWord))
		return
	}
	inner := command{at: c.at, places: c.places, foreign: c.foreign}
	inner.unwrap(words, s.functions)
	s.environment(&inner)
	before := len(s.found)
	s.judge(inner)
	for i := before; i < len(s.found); i++ {
		f := &s.found[i]
		f.What = shorten(c.what())
		operands := roots[:len(roots):len(roots)]
		for _, o := range f.Operands {
			switch {
			case o == "{}":
			case strings.Contains(o, "{}"):
				operands = append(operands, unknownWord)
			default:
				operands = append(operands, o)
			}
		}
		f.Operands = operands
	}
}

// findRoots are the directories that find walks.
func findRoots(args []arg) []string {
	var out []string
	for _, a := range args {
		switch {
		case a.text == "-L" || a.text == "-H" || a.text == "-P":
			continue
		case a.text == "(" || a.text == "!" || strings.HasPrefix(a.text, "-"):
			return orHere(out)
		}
		out = append(out, a.src)
	}
	return orHere(out)
}

var (
	sedWrites = lazyregexp.New(`(?m)(?:^|[;{/}]|\bg)\s*[wW]\s+(\S+)\s*$`)
	sedRuns   = lazyregexp.New(`(?m)(?:^|[;{}])\s*[0-9$]*\s*e\s+(\S.*)$|^s([^\w\s\\]).*[^\w\s\\][gIp0-9]*e[gIp0-9]*$`)
)

// sed judges sed -i, and scripts that write files or run programs.
func (s *shellDanger) sed(c command) {
	o := optionStyle{takes: "-e -f -l --expression --file --line-length", attached: "-i"}.parse(c.args())
	files := o.words
	scripts := o.values("-e --expression")
	if len(scripts) == 0 && len(o.values("-f --file")) == 0 && len(files) > 0 {
		scripts, files = files[:1], files[1:]
	}
	if o.has("-i --in-place") && !o.tells("") && (len(files) > 0 || c.fed) {
		own := !c.fed && !slices.ContainsFunc(files, func(f arg) bool { return !temporary(f.src) })
		if !own {
			s.addAt(c.at, c.what(), "changes files in place", append(c.where(), s.fedOperands(c, srcsOf(files))...))
		}
	}
	for _, script := range scripts {
		if m := sedWrites.FindStringSubmatch(script.text); m != nil {
			if why := s.overwrites(arg{text: m[1], src: m[1]}); why != "" {
				s.addAt(c.at, c.what(), why, append(c.where(), m[1]))
			}
		}
		if m := sedRuns.FindStringSubmatch(script.text); m != nil {
			if m[1] == "" {
				s.addAt(c.at, c.what(), runsUnread, append(c.where(), unknownWord))
				continue
			}
			s.nested(c, m[1], c.at)
		}
	}
}

var gitShellAlias = lazyregexp.New(`^(alias\.[^=]*|core\.\w+|\w+\.(command|textconv|helper))=!?(.*)$`)

// gitAlias judges the shell that git is given by -c alias.x='!…' and
// `submodule foreach`.
func (s *shellDanger) gitAlias(c command) bool {
	args := c.args()
	for i, a := range args {
		if i > 0 && args[i-1].text == "-c" {
			if m := gitShellAlias.FindStringSubmatch(a.text); m != nil && strings.Contains(a.text, "!") {
				s.nested(c, m[3], c.at)
			}
		}
		if a.text == "foreach" && i > 0 && args[i-1].text == "submodule" {
			s.nested(c, wordsAsScript(args[i+1:]).src, c.at)
		}
		if a.text == "--" && i > 0 && i+1 < len(args) && slices.Contains(textsOf(args[:i]), "checkout") {
			s.addAt(c.at, c.what(), "drops local changes", append(srcsOf(args[i+1:]), unknownWord))
			return true
		}
	}
	return false
}

// sentCommand judges the shell that aws ssm send-command sends to machines.
func (s *shellDanger) sentCommand(c command) {
	args := c.args()
	for i, a := range args {
		if i > 0 && args[i-1].text == "--parameters" && slices.Contains(textsOf(args[:i]), "send-command") {
			inner := c
			inner.places, inner.foreign = append(c.where(), unknownWord), true
			_, strs := stripCode(a.text, "#")
			_, value, _ := strings.Cut(a.text, "=")
			s.nestedStrings(inner, append(strs, value), c.at)
		}
	}
}

// encrypts judges openssl: what is written over its input is lost.
func (s *shellDanger) encrypts(c command) {
	o := optionStyle{takes: "-in -out -k -K -iv -pass -inkey -kfile", words: true}.parse(c.args())
	in := o.values("-in")
	for _, out := range o.values("-out") {
		if slices.ContainsFunc(in, func(a arg) bool { return a.text == out.text }) || live(out.src) || isDevice(out.text) {
			s.addAt(c.at, c.what(), "overwrites files", append(c.where(), out.src))
		}
	}
}

var destructiveRequest = lazyregexp.New(`(?i)/_delete_by_query|/_shutdown|/_close\b|/admin/tsdb/delete_series|/reset\b`)

// request judges what curl asks a server to do, and the files it writes.
func (s *shellDanger) request(c command) bool {
	p := servicePrograms["curl"]
	o := p.style.parse(c.args())
	for _, w := range append(o.words, o.values("--url")...) {
		if destructiveRequest.MatchString(w.text) && (o.has("-d --data --data-raw --data-binary --json") || o.has("-X --request")) {
			s.addAt(c.at, c.what(), "deletes by a request", append(c.where(), p.operands(o)...))
			return true
		}
	}
	for _, out := range o.values("-o --output") {
		if live(out.src) || isDevice(out.text) {
			s.addAt(c.at, c.what(), s.overwrites(out), append(c.where(), out.src))
			return true
		}
	}
	return false
}
