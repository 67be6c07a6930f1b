package runbook

import (
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// outputLine matches a line that a program printed, or that stands in a file,
// and nobody types.
var outputLine = lazyregexp.New(`^\s*(` + strings.Join([]string{
	`\[?\d{4}-\d{2}-\d{2}[T _]\d{2}:\d{2}`,                        // a timestamp
	`[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} `,                   // a syslog date
	`\[?(ERROR|WARN|WARNING|INFO|DEBUG|FATAL|NOTICE|LOG)\b[\]: ]`, // a log level
	`(level|ts|time|caller)=\S`,                                   // logfmt
	`[IWEF]\d{4} \d{2}:\d{2}`,                                     // klog
	`(Error|error|Warning|FATAL|panic|Traceback|Exception)( \(\w+\)| from server)?:`,
	`(Warning|Normal) {2,}\w+`,    // a Kubernetes event
	`HTTP/\d(\.\d)? \d{3}`,        // a response
	`[-+=|]{4,}`, `[-─]+\+[-+─]+`, // rules of a table
	`\(\d+ rows?\)`,                                        // psql
	`[\[{]\s*$`, `[\]}],?\s*$`, `"[^"]+"\s*:`, `[\[{]\s*"`, // JSON
	`total \d+$`, `[-dlbc][-rwxsStT]{9}[.+@]?\s`, // ls -l
	`[├└│]`,
	`[^@]*@[\w.-]+:\S*[$#]\s*$`, // a prompt at which nothing is typed
}, "|") + `)`)

// tableHeader matches a heading of columns: NAME   READY   STATUS.
var tableHeader = lazyregexp.New(`^\s*[A-Z][A-Z0-9_()%/-]+( [A-Z()%]+)*(\s{2,}|\t)[A-Z][A-Z0-9_()%/-]*`)

// commaFirst matches a line of columns divided by commas: 7c37, started, etcd_1.
var commaFirst = lazyregexp.New(`^\s*[\w.:-]+,(\s|$)`)

// clientPrompt matches what a program asked in the middle of a transcript:
// "(parted) print" after "parted /dev/sda".
var clientPrompt = lazyregexp.New(`^\s{0,3}\(([a-z]+)\)\s+\S`)

// yamlLine matches `key:` and `key: value`, and an item of a list of them.
var yamlLine = lazyregexp.New(`^\s*(- )?["']?[A-Za-z_][\w./ -]*["']?:(\s+\S.*)?$|^\s*- ["'\w]|^---$`)

// settingLine matches `key = value` of a configuration file.
var settingLine = lazyregexp.New(`^\s*[A-Za-z_][\w.-]*\s+=\s*\S|^\s*\[[\w.:-]+\]\s*$|^\*\*/|^\*\.\w|^\s*-[A-Z]\w|^\s*-{1,2}[a-zA-Z][\w:.+-]*=`)

// cronLine matches an entry of a crontab.
var cronLine = lazyregexp.New(`^\s*(([\d*][\d*/,-]*\s+){5}\S|@(daily|hourly|weekly|monthly|reboot)\s)`)

// printed holds for a line that is output for sure.
func printed(line string) bool {
	return tableHeader.MatchString(line) || outputLine.MatchString(line)
}

// looksLikeOutput holds for a text of which the beginning, or the greater
// part, is output or the content of a file, whatever its label says.
func looksLikeOutput(lines []string) bool {
	significant, odd := 0, 0
	var first string
	for _, l := range lines {
		t := strings.TrimSpace(l)
		if t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if significant++; significant == 1 {
			if first = l; beginsWithTool(l) {
				return false
			}
		}
		if foreignLine(l) {
			odd++
		}
	}
	switch {
	case significant == 0:
		return false
	case foreignLine(first):
		return significant == 1 || odd*2 >= significant || printed(first)
	}
	return odd*10 >= significant*8
}

func foreignLine(line string) bool {
	return printed(line) || yamlLine.MatchString(line) || settingLine.MatchString(line) || cronLine.MatchString(line)
}

// beginsWithTool holds for a line whose first word is a known program.
func beginsWithTool(line string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return knownTool(word) && !strings.HasSuffix(word, ":")
}

// expectedOutput matches the end of a text that announces output.
var expectedOutput = hint(lazyregexp.New(`(?i)((expected|example|sample|typical|healthy|the) (output|response|result)s?|output(s)?( is| will| should| looks?| when| of this command)?\b[^.]*|`+
	`(should|will|would) (look|see|return|show|print|output|get|respond|be similar|report)\b[^.]*|looks? (like|similar)[^.]*|`+
	`(returns?|prints?|responds?( with)?|reports?|produces|shows)|similar to( the (following|below|one below))?|`+
	`(error|log|logs|message|messages|response|alert)( (such|like|similar|may|will|looks?|in|from|should|is|as|below|output|lines?|messages?|entries))*[^.]{0,40}|`+
	`expected( when [^.]*)?|e\.g\.? output|output)\W*$`),
	"utput", "UTPUT", "esult", "look", "see", "eturn", "how", "rint", "espon", "xpect", "imilar", "log", "Log", "rror", "lert", "essage",
	"eport", "roduce")

// filePresented matches the end of a text that presents what follows as the
// content of a file.
var filePresented = hint(lazyregexp.New(`(?i)(with (the )?(following|this|these) (content|contents|configuration|lines)|`+
	`(containing|contains)( the following)?|save (it|this|the following|as|the script)[^.]*|(add|put|insert|append|paste) (this|the following|these)[^.]*(to|in|into) [^.]*|`+
	`create (a|the|an)( \w+){0,4} (file|script|manifest)[^.]*|(file|script) (named|called)[^.]*|\.(conf|ya?ml|cnf|ini|json|toml|service|timer|cfg)\W{0,2}( file)?)\W*$`),
	"onte", "onfig", "ine", "ontain", "ave", "dd ", "ut ", "nsert", "ppend", "aste ", "reate", "file", "cript", ".")

// fileComment matches a first comment that names the file a text belongs to.
var fileComment = hint(lazyregexp.New(`^--\s+[\w./-]+\.sql(\s|$)|^#+\s+(/etc/\S+|[\w./-]+\.(conf|ya?ml|cnf|ini|toml|txt|cfg|service|timer|env|json|rules|hcl|tf))(\s|$)`), "# ", "-- ")
