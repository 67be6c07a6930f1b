package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// interpreter is a program that runs code of another language.
type interpreter struct {
	code    string // options that take it
	inPlace string // options with which it edits files
	takes   string // other options with a value
	comment string // begins a comment
}

var (
	python = &interpreter{code: "-c", takes: "-W -X -m", comment: "#"}
	perl   = &interpreter{code: "-e -E", inPlace: "-i", takes: "-I -M -m", comment: "#"}
	script = &interpreter{code: "-e -E -r -p --eval --print", inPlace: "", comment: "//"}
)

var interpreters = map[string]*interpreter{
	"python": python, "pypy": python, "perl": perl, "ruby": {code: "-e", inPlace: "-i", takes: "-I -r -C", comment: "#"},
	"node": script, "nodejs": script, "deno": script, "bun": script, "php": {code: "-r -B -R", takes: "-d -c", comment: "//"}, "lua": {code: "-e", comment: "--"},
	"osascript": {code: "-e", comment: "--"}, "tclsh": {comment: "#"}, "expect": {code: "-c", comment: "#"}, "groovy": {code: "-e", comment: "//"}, "Rscript": {code: "-e", comment: "#"}, "pwsh": {code: "-c -Command", comment: "#"},
}

var (
	// deletesFiles are calls that remove or overwrite files, in any of the
	// languages.
	deletesFiles = lazyregexp.New(`\b(rmtree|rmSync|rm_rf|rm_r|rm_f|removedirs|unlinkSync|unlink|rmdirSync|truncateSync|truncate|emptyDir|remove_tree|remove_dir_all|delete_file|deleteFile|RemoveAll|Remove-Item|Clear-Content|Format-Volume|Stop-Computer|Restart-Computer|copyFileSync|renameSync|writeFileSync|writeFile|file_put_contents|write_text|write_bytes|rimraf|mkfs)\b\s*\(?|\b(os|fs|shutil|FileUtils|File|Dir|Path|path|pathlib)(\([^)]*\))?\.(remove|rename|replace|rmdir|rm|move|delete|unlink|truncate|write|rm_rf|mv|cp_r|copyfile)\b|\.(rmdir|unlink|rmtree|write_text|write_bytes|touch_over)\s*\(`)
	opensToWrite = lazyregexp.New(`\bopen\s*\([^)]*["'][wx]?[wb+]*w[b+]*["']|File\.(open|write)\s*\([^)]*,\s*["']w|\bopen\s*\(?[^;)]*["']\s*\+?>[^>]|\bfopen\s*\([^)]*["']w`)
	runsPrograms = lazyregexp.New(`\b(os\.system|os\.popen|popen|subprocess|Popen|check_call|check_output|system|exec|execl|execv|execvp|execvpe|spawn|execSync|execFile|execFileSync|spawnSync|shell_exec|passthru|proc_open|qx|os\.execute|io\.popen|IO\.popen|Open3|Kernel|getstatusoutput|sh)\b|^\s*!|%x|` + "`")
	runsQueries  = lazyregexp.New(`(?i)\b(execute|executemany|executescript|query|exec|do|prepare|run_sql|raw)\s*\(`)
	decodesCode  = lazyregexp.New(`\b(exec|eval|compile|instance_eval|Function|loadstring|load)\s*\(?[^;]*(b64decode|fromhex|decode|unhexlify|urlopen|requests\.|read\(|Buffer\.from|atob|pack\(|unpack|MIME::Base64|decode_base64|base64_decode|get\()`)
	tclRuns      = lazyregexp.New(`\b(spawn|exec|system)\s+([^;\n\]]+)`)
	kills        = lazyregexp.New(`\b(os\.kill|Process\.kill|process\.kill|killpg|posix_kill)\b|\bkill\s+(9|['"]?KILL)`)
)

// codeCall judges the code that an interpreter is given on its command line.
func (s *shellDanger) codeCall(c command) bool {
	in := interpreters[c.name]
	if in == nil {
		return false
	}
	o := optionStyle{takes: in.code + " " + in.takes, attached: in.inPlace, first: true, words: c.name == "pwsh"}.parse(c.args())
	code := o.values(in.code)
	if in.inPlace != "" && o.has(in.inPlace) && (len(o.words) > 0 || c.fed) {
		s.addAt(c.at, c.what(), "changes files in place", append(c.where(), s.fedOperands(c, srcsOf(o.words))...))
		return true
	}
	for _, a := range code {
		s.code(c, in, a.text, c.at)
	}
	for _, m := range o.values("-m") {
		if m.text == "shutil" || m.text == "trash" {
			s.addAt(c.at, c.what(), "deletes files", append(c.where(), unknownWord))
		}
	}
	return true
}

// code judges a program's text: the names of what it calls, and the shell and
// SQL in its strings.
func (s *shellDanger) code(c command, in *interpreter, text string, at Pos) {
	names, strs := stripCode(text, in.comment)
	why := ""
	switch {
	case strings.HasPrefix(strings.TrimSpace(text), "$") && !strings.ContainsAny(strings.TrimSpace(text), " ;("):
		why = runsUnread
	case deletesFiles.MatchString(names):
		why = "deletes or overwrites files"
	case opensToWrite.MatchString(text):
		why = "overwrites files"
	case decodesCode.MatchString(names):
		why = runsUnread
	case kills.MatchString(text):
		why = "kills processes"
	}
	if why != "" {
		s.addAt(at, c.what(), why, append(c.where(), unknownWord))
		return
	}
	before := len(s.found)
	for _, m := range tclRuns.FindAllStringSubmatch(text, 16) {
		if c.name == "expect" || c.name == "tclsh" {
			s.nested(c, m[2], at)
		}
	}
	if runsPrograms.MatchString(names) || runsPrograms.MatchString(text) && strings.Contains(text, "`") {
		s.nestedStrings(c, strs, at)
	}
	if runsQueries.MatchString(names) {
		for _, str := range strs {
			s.found = append(s.found, judgeSQL(str, at, sqlAny)...)
		}
	}
	for i := before; i < len(s.found); i++ { // code can't be followed to what its strings act on
		s.found[i].Line, s.found[i].Column = at.Line, at.Column
		s.found[i].Operands = append(s.found[i].Operands, append(c.where(), unknownWord)...)
	}
}

// nestedStrings judges strings of code as the shell that it may run. What is
// appended to one can't be told.
func (s *shellDanger) nestedStrings(c command, strs []string, at Pos) {
	for _, str := range append(strs, strings.Join(strs, " ")) {
		if strings.HasSuffix(str, " ") || strings.HasSuffix(str, "=") {
			str += unknownWord
		}
		s.nested(c, str, at)
	}
}

// stripCode takes strings and comments out of code.
func stripCode(text, comment string) (rest string, strs []string) {
	var b strings.Builder
	for i := 0; i < len(text); {
		switch ch := text[i]; {
		case ch == '"' || ch == '\'' || ch == '`':
			end := closingQuote(text, i)
			inner := text[i+1 : max(end-1, i+1)]
			strs = append(strs, ansiC(inner))
			b.WriteByte(ch)
			b.WriteByte(ch)
			i = end
		case ch == '/' && beforePattern(b.String()):
			i = closingQuote(text, i)
			b.WriteString("//")
		case strings.HasPrefix(text[i:], comment) && (comment != "#" || i == 0 || text[i-1] <= ' ' || text[i-1] == ';'):
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				n = len(text) - i
			}
			i += n
		default:
			b.WriteByte(ch)
			i++
		}
	}
	return b.String(), strs
}

var patternPlace = lazyregexp.New(`(^|[(~,=!&|{;]|\b(if|unless|and|or|not|split|grep|when|return))\s*$`)

// beforePattern holds where a slash begins a regular expression.
func beforePattern(code string) bool {
	return patternPlace.MatchString(code[max(0, len(code)-12):])
}

// closingQuote is the place after the quote that closes the one at i.
func closingQuote(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case text[i]:
			return j + 1
		}
	}
	return len(text)
}

var (
	awkRuns   = lazyregexp.New(`\bsystem\s*\(|""\s*\|\s*getline|\|\s*""|\|&|\|\s*[a-z(]`)
	awkWrites = lazyregexp.New(`\bprintf?\b[^;}{\n]*?[^>=<!]>\s*("[^"]*"|[^\s;}>]+)`)
)

// awk judges an awk program: system(), pipes and redirections of print.
func (s *shellDanger) awk(c command) {
	o := short("-F -v -f -i -l -E --field-separator --assign --file --include").parse(c.args())
	for _, lib := range o.values("-i --include") {
		if lib.text == "inplace" {
			s.addAt(c.at, c.what(), "changes files in place", append(c.where(), srcsOf(o.words)...))
		}
	}
	if len(o.words) == 0 || len(o.values("-f --file -E")) > 0 {
		return
	}
	text := o.words[0].text
	names, strs := stripCode(text, "#")
	if awkRuns.MatchString(names) {
		before := len(s.found)
		s.nestedStrings(c, strs, c.at)
		if len(s.found) == before && (len(strs) == 0 || strings.Contains(strings.ReplaceAll(names, " ", ""), "system($") || strings.HasPrefix(after(names, "|"), "sh")) {
			s.addAt(c.at, c.what(), runsUnread, append(c.where(), unknownWord))
		}
		for i := before; i < len(s.found); i++ {
			s.found[i].Operands = append(s.found[i].Operands, unknownWord)
		}
	}
	if m := awkWrites.FindStringSubmatch(text); m != nil && awkWrites.MatchString(names) {
		target := strings.Trim(m[1], `"`)
		if why := s.overwrites(arg{text: target, src: target}); why != "" {
			s.addAt(c.at, c.what(), why, append(c.where(), target, unknownWord))
		}
	}
}

func after(s, sep string) string {
	_, rest, _ := strings.Cut(s, sep)
	return strings.TrimLeft(rest, ` "`)
}
