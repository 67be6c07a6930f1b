package runbook

import "strings"

// operands are the words that a destructive call acts on; see Finding.
func (c command) operands() []string {
	args := c.args()
	var out []string
	switch spec, isClient := clients[c.name]; {
	case isClient:
		out = append(c.connection(spec), spec.read(args).conn...)
	case c.name == "find":
		out = findRoots(args)
	case c.name == "dd":
		for _, a := range args {
			if strings.HasPrefix(a.text, "of=") {
				out = append(out, a.from(len("of=")).src)
			}
		}
	case c.name == "tar", c.name == "bsdtar":
		out = tarTargets(args)
	case c.name == "truncate":
		out = srcsOf(nonFlags(args, "-s -r --size --reference"))
	case c.name == "rsync", c.name == "tee", c.name == "cp", c.name == "mv":
		out = lastOnly(srcsOf(nonFlags(args, "-e -f -T -B -M --rsh --filter --exclude --include --files-from --exclude-from --include-from --bwlimit --chown --chmod")), c.name)
	default:
		out = srcsOf(nonFlags(args, ""))
	}
	if c.xargs {
		out = append(out, unknownWord)
	}
	return out
}

// lastOnly keeps the destination of a copy, where the source stays as it is.
func lastOnly(words []string, name string) []string {
	if n := len(words); n > 1 && name != "tee" && name != "mv" {
		return words[n-1:]
	}
	return words
}

// nonFlags are the arguments that are neither options nor values of those
// that take one.
func nonFlags(args []arg, valued string) []arg {
	takes := wordSet(valued)
	var out []arg
	for i := 0; i < len(args); i++ {
		a := args[i].text
		switch {
		case a == "--":
			return append(out, args[i+1:]...)
		case takes[a]:
			i++
		case len(a) > 1 && a[0] == '-':
		default:
			out = append(out, args[i])
		}
	}
	return out
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

func orHere(dirs []string) []string {
	if len(dirs) == 0 {
		return []string{"."}
	}
	return dirs
}

// tarTargets are the directories that an archive is unpacked into.
func tarTargets(args []arg) []string {
	dirs := valuesOf(srcsOf(args), "-C", "--directory")
	if hasFlag(textsOf(args), "P", "fCb", "--absolute-names") {
		dirs = append(dirs, unknownWord)
	}
	return orHere(dirs)
}

// connection is what the script itself says of where a client connects, by
// variables of the environment.
func (c command) connection(spec clientSpec) []string {
	var out []string
	names := wordSet(spec.env)
	for _, e := range c.env {
		if name, _, _ := strings.Cut(e, "="); names[name] {
			out = append(out, e)
		}
	}
	return out
}
