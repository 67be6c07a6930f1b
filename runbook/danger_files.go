package runbook

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// fileCall judges the programs that act on files under conditions of their
// own; done is false for others.
func (s *shellDanger) fileCall(c command) (done bool) {
	why, operands := "", []string(nil)
	switch c.name {
	case "rm":
		why, operands = c.removes()
	case "mv":
		why, operands = c.moves()
	case "cp", "scp":
		why, operands = c.copies()
	case "dd":
		why, operands = c.dumpsDisk()
	case "tee":
		why, operands = s.tees(c)
	case "rsync":
		why, operands = c.mirrors()
	case "tar":
		s.archiverRuns(c)
		why, operands = c.unpacks()
	case "chmod", "chown":
		why, operands = c.changesRights()
	case "kill":
		why, operands = c.kills()
	default:
		return false
	}
	if why != "" {
		s.addAt(c.at, c.what(), why, append(c.where(), s.fedOperands(c, operands)...))
	}
	return true
}

// fedOperands adds what is not in the script: what xargs is fed.
func (s *shellDanger) fedOperands(c command, operands []string) []string {
	if c.fed {
		return append(operands, unknownWord)
	}
	return operands
}

func (o options) tells(more string) bool { return o.hasExactly(alwaysTells) || o.hasExactly(more) }

// removes judges rm: nothing is said of what the script made with mktemp, nor
// of single files under /tmp.
func (c command) removes() (string, []string) {
	o := optionStyle{}.parse(c.args())
	operands := srcsOf(o.words)
	trees := o.has("-r -R --recursive")
	switch {
	case o.tells(""), len(operands) == 0 && !c.fed:
		return "", nil
	case c.fed:
		return "deletes every file it is given", operands
	case !slices.ContainsFunc(operands, func(o string) bool { return !ownTemporary(o) && (trees || !oneTemporary(o)) }):
		return "", nil
	case trees:
		return "deletes directories with all in them", operands
	}
	return "deletes files", operands
}

// moves judges mv: moving aside, to the same name with an ending, overwrites
// nothing that counts.
func (c command) moves() (string, []string) {
	o := short("-t -S --target-directory --suffix").parse(c.args())
	operands := append(srcsOf(o.words), srcsOf(o.values("-t --target-directory"))...)
	if o.tells("-n --no-clobber") || len(operands) < 2 && !c.fed {
		return "", nil
	}
	from, to := o.word(0), o.word(1)
	if len(o.words) == 2 && len(to) > len(from) && strings.HasPrefix(to, strings.TrimRight(from, "/")) && !o.has("-f --force") {
		return "", nil
	}
	if len(o.words) == 2 && (freshName(to) || ownTemporary(o.words[1].src)) || !slices.ContainsFunc(operands, func(o string) bool { return !temporary(o) }) {
		return "", nil
	}
	return "moves files away, over what is there", operands
}

// liveDirectory is where systems keep what is in use, and wideDirectory what
// an archive made of the whole of it is unpacked over.
var (
	liveDirectory = lazyregexp.New(`^(/+((etc|boot|usr|bin|sbin|lib|lib64|var/lib|var/www|var/spool|var/mail|proc|sys)(/|$)|\.*$|\*$)|[$]\{?(PGDATA|DATADIR|DATA_DIR|MYSQL_DATADIR)\b)`)
	wideDirectory = lazyregexp.New(`^(/+(var|home|root|opt|srv|data)(/|$)|~|[$]\{?HOME\b)`)
)

func live(path string) bool { return liveDirectory.MatchString(path) && !temporary(path) }

// copies judges cp: a plain copy is as often a backup as not, so only what
// forces, empties or goes where systems keep their state is found.
func (c command) copies() (string, []string) {
	o := short("-t -S -P -i -F -o -l -c --target-directory --suffix").parse(c.args())
	if o.tells("") {
		return "", nil
	}
	to := srcsOf(o.values("-t --target-directory"))
	if n := len(o.words); len(to) > 0 {
		to = append(srcsOf(o.words), to...)
	} else if n > 1 {
		to = []string{o.words[n-1].src}
	}
	if len(to) == 0 {
		return "", nil
	}
	last := to[len(to)-1]
	switch from := o.word(0); {
	case isDevice(last):
		return "overwrites the device " + last, to
	case from == "/dev/null" || from == "/dev/zero":
		return "empties the file", to
	case c.name == "scp":
	case o.has("-f --force --remove-destination") && !temporary(last):
		return "overwrites files", to
	case o.hasExactly("-n --no-clobber"), strings.HasPrefix(last, from) && len(last) > len(from), freshName(last):
	case live(last):
		return "overwrites files under " + last, to
	}
	return "", nil
}

func (c command) dumpsDisk() (string, []string) {
	var operands []string
	why := ""
	for _, a := range c.args() {
		to, ok := strings.CutPrefix(a.text, "of=")
		if !ok || throwAway(to) || temporary(to) {
			continue
		}
		why = "overwrites " + to
		operands = append(operands, a.from(len("of=")).src)
	}
	return why, operands
}

func (s *shellDanger) tees(c command) (string, []string) {
	o := optionStyle{}.parse(c.args())
	var operands []string
	for _, w := range o.words {
		if why := s.overwrites(w); why != "" && (isDevice(w.text) || !o.has("-a --append")) {
			operands = append(operands, w.src)
		}
	}
	if o.tells("") || len(operands) == 0 {
		return "", nil
	}
	return "overwrites files", operands
}

func (c command) mirrors() (string, []string) {
	o := short("-e -f -T -B -M --rsh --filter --exclude --include --files-from --exclude-from --include-from --bwlimit --chown --chmod --rsync-path --backup-dir --log-file --temp-dir --partial-dir --out-format --password-file --port --timeout --max-size --min-size --compare-dest --copy-dest --link-dest").parse(c.args())
	if len(o.words) == 0 || o.tells("-n --dry-run --list-only") {
		return "", nil
	}
	last := o.words[len(o.words)-1]
	to := append([]string{last.src}, srcsOf(o.values("--backup-dir --log-file --temp-dir --partial-dir -T"))...)
	deletes := slices.ContainsFunc(o.flags, func(f givenOption) bool { return strings.HasPrefix(f.name, "--del") })
	switch {
	case o.has("--remove-source-files"):
		return "deletes files of the source", append(srcsOf(o.words), to...)
	case deletes:
		return "deletes files that the source lacks", to
	case o.hasExactly("--ignore-existing"), len(o.words) < 2:
	case live(last.src):
		return "overwrites files under " + last.text, to
	}
	return "", nil
}

// unpacks judges tar: extracting over directories in use.
func (c command) unpacks() (string, []string) {
	args := c.args()
	if len(args) > 0 && args[0].text != "" && args[0].text[0] != '-' { // tar xzf x
		args = slices.Clone(args)
		args[0] = arg{text: "-" + args[0].text, src: "-" + args[0].src}
		if at := strings.IndexByte(args[0].text, 'f'); at > 0 && at < len(args[0].text)-1 { // letters take their values in turn
			args[0].text = strings.ReplaceAll(args[0].text, "f", "") + "f"
		}
	}
	o := short("-f -C -T -X -b -I -F -g -N --file --directory --files-from --exclude --transform --owner --group --mode").parse(args)
	dirs := orHere(srcsOf(o.values("-C --directory")))
	removes := o.has("--remove-files")
	switch {
	case o.hasExactly(alwaysTells), !removes && !o.has("-x --extract --get"), o.hasExactly("-O --to-stdout"):
		return "", nil
	case removes:
		return "deletes what it packs", append(dirs, srcsOf(o.words)...)
	case o.has("-P --absolute-names"):
		return "overwrites files wherever the archive says", append(dirs, unknownWord)
	case o.has("--overwrite --overwrite-dir --unlink-first --recursive-unlink -U"):
		return "overwrites files", dirs
	case o.hasExactly("-k --keep-old-files --skip-old-files"):
		return "", nil
	}
	for _, dir := range dirs {
		if live(dir) || wideDirectory.MatchString(dir) && !temporary(dir) {
			return "overwrites files under " + dir, dirs
		}
	}
	return "", nil
}

// archiverRuns judges the programs that tar is told to start.
func (s *shellDanger) archiverRuns(c command) {
	for _, a := range c.args() {
		for _, option := range []string{"--checkpoint-action=exec=", "--to-command=", "--use-compress-program=", "--rsh-command=", "--info-script="} {
			if strings.HasPrefix(a.text, option) {
				s.nested(c, a.from(len(option)).src, c.at)
			}
		}
	}
}

func (c command) changesRights() (string, []string) {
	o := optionStyle{}.parse(c.args())
	if o.tells("") || !o.has("-R --recursive") || len(o.words) < 1 {
		return "", nil
	}
	from := 1
	for _, f := range o.flags {
		if f.name == "--reference" {
			from = 0
		}
	}
	return "changes rights of whole trees", srcsOf(o.words[min(from, len(o.words)):])
}

var (
	hardSignal  = lazyregexp.New(`^-?(s|n)?(SIG)?(9|KILL|3|QUIT|6|ABRT|11|SEGV|19|STOP|4|ILL)$`)
	calmSignal  = lazyregexp.New(`^-?(SIG)?(0|1|HUP|10|USR1|12|USR2|18|CONT|28|WINCH|l|L)$`)
	ofADatabase = lazyregexp.New(`(?i)postm|postgres|pgdata|mysql|maria|mongo|redis|oracle|cassandra|etcd|\bdb|database`)
)

// kills judges kill: the end of a process by a signal that it can't handle,
// or of a database.
func (c command) kills() (string, []string) {
	args := c.args()
	hard, calm := false, false
	for i, a := range args {
		signal := strings.ToUpper(a.text)
		if strings.HasPrefix(a.text, "-") && len(a.text) > 2 && (a.text[1] == 's' || a.text[1] == 'n') && a.text[2] >= '0' && a.text[2] <= '9' {
			signal = "-" + signal[2:]
		}
		named := i > 0 && (args[i-1].text == "-s" || args[i-1].text == "-n" || args[i-1].text == "--signal")
		if long, ok := strings.CutPrefix(signal, "--SIGNAL="); ok {
			signal, named = long, true
		}
		if !strings.HasPrefix(a.text, "-") && !named {
			continue
		}
		hard = hard || hardSignal.MatchString(signal)
		calm = calm || calmSignal.MatchString(signal) || a.text == "-l" || a.text == "-L"
	}
	operands := append(srcsOf(args), unknownWord)
	switch {
	case hard:
		return "kills processes without a chance to write what they hold", operands
	case !calm && ofADatabase.MatchString(c.what()), !calm && len(args) > 1 && args[len(args)-1].text == "-1":
		return "kills a database's process", operands
	}
	return "", nil
}

func orHere(dirs []string) []string {
	if len(dirs) == 0 {
		return []string{"."}
	}
	return dirs
}
