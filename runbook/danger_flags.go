package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// hasWords holds where the arguments have all words in this order. A word
// that is no option must not be the value of anything, so options are passed
// over and other arguments may stand between.
func hasWords(args, words []string) bool {
	i := 0
	for n, a := range args {
		if a == "--help" || a == "-h" && n == len(args)-1 || strings.HasPrefix(a, "--dry-run") && a != "--dry-run=none" || a == "--dryrun" {
			return false
		}
		if i < len(words) && (strings.EqualFold(a, words[i]) || shortFlag(a, words[i])) {
			i++
		}
	}
	return i == len(words)
}

// shortFlag holds where -xdf has the flag -f.
func shortFlag(arg, flag string) bool {
	return len(flag) == 2 && flag[0] == '-' && len(arg) > 2 && arg[0] == '-' && arg[1] != '-' && strings.Contains(arg[1:], flag[1:])
}

// hasFlag holds where one of the short flags is set, also among others as in
// -rf, or the long one. What follows a letter that takes a value is no flag:
// pg_restore's -Fc is not -c.
func hasFlag(args []string, short, valued, long string) bool {
	for _, a := range args {
		switch {
		case a == "--":
			return false
		case a == long:
			return true
		case len(a) < 2 || a[0] != '-' || a[1] == '-':
			continue
		}
		for _, letter := range a[1:] {
			if strings.ContainsRune(short, letter) {
				return true
			}
			if strings.ContainsRune(valued, letter) {
				break
			}
		}
	}
	return false
}

func hasPrefixed(args []string, prefix string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, prefix) })
}

var blockDevice = lazyregexp.New(`^/dev/(sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|loop\d|md\d|dm-\d|mapper/|disk|rdisk|vg|root|ram\d)`)

func isDevice(path string) bool { return blockDevice.MatchString(path) }

// valuesOf gives the values of an option: `-C dir`, `-Cdir`, `--replicas=0`,
// `--replicas 0`.
func valuesOf(args []string, short, long string) []string {
	var values []string
	for i, a := range args {
		switch value, ok := strings.CutPrefix(a, long+"="); {
		case ok:
			values = append(values, value)
		case (a == long || short != "" && shortEnds(a, short)) && i+1 < len(args):
			values = append(values, args[i+1])
		case short != "" && len(a) > 2 && strings.HasPrefix(a, short):
			values = append(values, a[2:])
		}
	}
	return values
}

// shortEnds holds for -C, and -xC.
func shortEnds(a, short string) bool {
	return a == short || len(a) > 2 && a[0] == '-' && a[1] != '-' && len(a) < 6 && strings.HasSuffix(a, short[1:])
}

// plainWords are the arguments that are no options.
func plainWords(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
}
