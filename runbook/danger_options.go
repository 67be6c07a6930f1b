package runbook

import "strings"

// options is a command line taken apart by what its program takes.
type options struct {
	flags []givenOption
	words []arg // all that are neither options nor their values
}

// givenOption is one of a command line: "-f", "--replicas" with "0".
type givenOption struct {
	name  string
	value arg
	given bool // it has a value
}

// optionStyle is how a program reads its command line.
type optionStyle struct {
	takes    string // options whose value may be the next word
	attached string // letters whose value, if any, is attached: -psecret, -i.bak
	words    bool   // options are words with one dash: terraform -chdir=x
	first    bool   // options end at the first other word
}

// listed holds where a list, words between spaces, has the word.
func listed(list, word string) bool {
	for len(list) >= len(word) && word != "" {
		i := strings.Index(list, word)
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || list[i-1] <= ' ') && (end == len(list) || list[end] <= ' ') {
			return true
		}
		list = list[end:]
	}
	return false
}

// parse takes a command line apart.
func (st optionStyle) parse(args []arg) options {
	var o options
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a.text == "--":
			o.words = append(o.words, args[i+1:]...)
			return o
		case len(a.text) < 2 || a.text[0] != '-':
			o.words = append(o.words, a)
			if st.first {
				o.words = append(o.words, args[i+1:]...)
				return o
			}
		case st.add(&o, a) && i+1 < len(args):
			i++
			last := &o.flags[len(o.flags)-1]
			last.value, last.given = args[i], true
		}
	}
	return o
}

// add takes in one word of options, and says that the next word is the value
// of the last of them.
func (st optionStyle) add(o *options, a arg) (next bool) {
	if st.words || strings.HasPrefix(a.text, "--") {
		name, _, given := strings.Cut(a.text, "=")
		if !given {
			o.flags = append(o.flags, givenOption{name: name})
			return listed(st.takes, name)
		}
		o.flags = append(o.flags, givenOption{name, a.from(len(name) + 1), true})
		return false
	}
	if listed(st.takes, a.text) { // a word with one dash among letters: -mmin
		o.flags = append(o.flags, givenOption{name: a.text})
		return true
	}
	for j := 1; j < len(a.text); j++ {
		name := "-" + a.text[j:j+1]
		o.flags = append(o.flags, givenOption{name: name})
		takes := listed(st.takes, name)
		switch {
		case !takes && !listed(st.attached, name):
		case j+1 < len(a.text):
			last := &o.flags[len(o.flags)-1]
			last.value, last.given = a.from(j+1), true
			return false
		case takes:
			return true
		}
	}
	return false
}

// has holds where one of the options of a list is there. Long ones may be
// shortened, as GNU's programs allow: --recurs.
func (o options) has(list string) bool {
	for _, f := range o.flags {
		if listed(list, f.name) {
			return true
		}
		if len(f.name) > 4 && strings.HasPrefix(f.name, "--") && strings.Contains(" "+list, " "+f.name) {
			return true
		}
	}
	return false
}

// hasExactly is has without short forms: an option that keeps a program from
// acting must be spelt out.
func (o options) hasExactly(list string) bool {
	for _, f := range o.flags {
		if listed(list, f.name) {
			return true
		}
	}
	return false
}

// values gives what options of a list are set to.
func (o options) values(list string) []arg {
	var out []arg
	for _, f := range o.flags {
		if f.given && listed(list, f.name) {
			out = append(out, f.value)
		}
	}
	return out
}

// word is the text of the nth word, or "".
func (o options) word(n int) string {
	if n < len(o.words) {
		return o.words[n].text
	}
	return ""
}
