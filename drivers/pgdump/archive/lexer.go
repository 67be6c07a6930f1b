package archive

import "bytes"

// keepStatement is how much of one statement is kept to be looked at.
const keepStatement = 64 << 10

type lexState int

const (
	inCode lexState = iota
	inQuote
	inName
	inLine
	inBlock
	inDollarTag
	inDollar
	inMeta
)

// lexer cuts a SQL script into statements and line comments, as psql would:
// quotes, dollar quotes and comments hide semicolons. It takes the script in
// pieces of any size.
type lexer struct {
	onStatement func(text string)
	onLine      func(text string) // a comment or a psql command, whole line

	state  lexState
	prev   byte
	escape bool // E'…' knows backslashes
	skip   bool // the next byte is escaped
	depth  int  // of block comments
	tag    []byte
	recent []byte
	text   []byte // the statement so far
	line   []byte // the comment so far
}

// feed takes the next bytes.
func (l *lexer) feed(p []byte) {
	for _, b := range p {
		l.next(b)
		l.prev = b
	}
}

// open says whether something began that has not ended.
func (l *lexer) open() bool {
	return (l.state != inCode && l.state != inLine && l.state != inMeta) || len(bytes.TrimSpace(l.text)) > 0
}

func (l *lexer) next(b byte) {
	switch l.state {
	case inCode:
		l.code(b)
	case inQuote:
		l.keep(b)
		switch {
		case l.skip:
			l.skip = false
		case b == '\\' && l.escape:
			l.skip = true
		case b == '\'':
			l.state = inCode
		}
	case inName:
		l.keep(b)
		if b == '"' {
			l.state = inCode
		}
	case inLine, inMeta:
		l.comment(b)
	case inBlock:
		l.block(b)
	case inDollarTag:
		l.dollarTag(b)
	case inDollar:
		l.keep(b)
		l.dollar(b)
	}
}

func (l *lexer) code(b byte) {
	switch {
	case b == '\'':
		l.state, l.escape = inQuote, l.prev == 'E' || l.prev == 'e'
	case b == '"':
		l.state = inName
	case b == '-' && l.prev == '-':
		l.text = bytes.TrimSuffix(l.text, []byte{'-'})
		l.state, l.line = inLine, append(l.line[:0], "--"...)
		return
	case b == '*' && l.prev == '/':
		l.text = bytes.TrimSuffix(l.text, []byte{'/'})
		l.state, l.depth = inBlock, 1
		l.prev = 0
		return
	case b == '$' && !plainIdent(rune(l.prev)):
		l.state, l.tag = inDollarTag, append(l.tag[:0], '$')
	case b == '\\' && len(bytes.TrimSpace(l.text)) == 0:
		l.state, l.line, l.text = inMeta, append(l.line[:0], b), l.text[:0]
		return
	case b == ';':
		text := string(bytes.TrimSpace(l.text))
		l.text = l.text[:0]
		l.onStatement(text)
		return
	}
	l.keep(b)
}

func (l *lexer) comment(b byte) {
	if b != '\n' {
		if len(l.line) < keepStatement {
			l.line = append(l.line, b)
		}
		return
	}
	l.state = inCode
	l.onLine(string(l.line))
}

func (l *lexer) block(b byte) {
	switch {
	case b == '*' && l.prev == '/':
		l.depth++
	case b == '/' && l.prev == '*':
		if l.depth--; l.depth == 0 {
			l.state = inCode
		}
	}
}

func (l *lexer) dollarTag(b byte) {
	l.keep(b)
	switch {
	case b == '$':
		l.tag = append(l.tag, b)
		l.state, l.recent = inDollar, l.recent[:0]
	case plainIdent(rune(b)):
		l.tag = append(l.tag, b)
	default:
		l.state = inCode
		if b == '\'' {
			l.state, l.escape = inQuote, false
		}
	}
}

func (l *lexer) dollar(b byte) {
	l.recent = append(l.recent, b)
	if over := len(l.recent) - len(l.tag); over > 0 {
		l.recent = append(l.recent[:0], l.recent[over:]...)
	}
	if b == '$' && bytes.Equal(l.recent, l.tag) {
		l.state = inCode
	}
}

func (l *lexer) keep(b byte) {
	if len(l.text) < keepStatement {
		l.text = append(l.text, b)
	}
}
