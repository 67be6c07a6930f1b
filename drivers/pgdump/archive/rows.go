package archive

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// dataEnd ends the data of every table that was dumped with COPY.
const dataEnd = "\\.\n\n\n"

// rowChecker reads a table's data as COPY text: every row has the columns of
// the COPY statement and ends with a line feed, and the end mark is there. It
// sees lost and moved bytes even where nothing is compressed; a digit changed
// into another digit it can't see.
type rowChecker struct {
	columns int
	utf     bool
	rows    int64

	tabs  int    // in the row at hand
	first []byte // its first bytes, enough to know the end mark
	size  int64  // its length so far
	tail  []byte // what follows the end mark
	ended bool
	carry []byte // an UTF-8 sequence cut by the end of a chunk
	bad   string
}

// newDataChecker gives the checker that fits an entry.
func newDataChecker(e *Entry, utf bool) dataChecker {
	if e.Copy == "" {
		return &insertChecker{}
	}
	c, err := ParseCopy(e.Copy)
	if err != nil {
		return &insertChecker{}
	}
	return &rowChecker{columns: c.Columns, utf: utf}
}

// dataChecker takes the decoded data of one entry. Write never fails: bytes
// may arrive that a Damage of a lower layer explains better.
type dataChecker interface {
	Write(p []byte) (int, error)
	// finish says what is wrong, or "".
	finish() string
	count() int64
}

// Write looks at the next bytes.
func (c *rowChecker) Write(p []byte) (int, error) {
	n := len(p)
	if c.bad != "" {
		return n, nil
	}
	c.checkUTF(p)
	for len(p) > 0 && c.bad == "" {
		if c.ended {
			c.tail = append(c.tail, p[:min(len(p), 8)]...)
			break
		}
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			c.add(p)
			break
		}
		c.add(p[:i])
		c.endRow()
		p = p[i+1:]
	}
	return n, nil
}

func (c *rowChecker) add(p []byte) {
	if len(c.first) < 3 {
		c.first = append(c.first, p[:min(len(p), 3-len(c.first))]...)
	}
	c.size += int64(len(p))
	c.tabs += bytes.Count(p, []byte{'\t'})
	if bytes.IndexByte(p, 0) >= 0 {
		c.bad = fmt.Sprintf("row %d holds a zero byte", c.rows+1)
	}
}

func (c *rowChecker) endRow() {
	if string(c.first) == `\.` {
		c.ended = true
		return
	}
	if want := max(c.columns-1, 0); c.tabs != want && c.bad == "" {
		c.bad = fmt.Sprintf("row %d has %d columns, not %d", c.rows+1, c.tabs+1, c.columns)
	}
	if c.columns == 0 && c.size > 0 && c.bad == "" {
		c.bad = fmt.Sprintf("row %d is not empty, but the table has no columns", c.rows+1)
	}
	c.rows++
	c.tabs, c.size, c.first = 0, 0, c.first[:0]
}

// checkUTF holds a sequence that is cut by the end of p for the next time.
func (c *rowChecker) checkUTF(p []byte) {
	if !c.utf {
		return
	}
	if len(c.carry) > 0 {
		p = append(c.carry, p...)
		c.carry = nil
	}
	end := len(p)
	for i := 1; i <= min(3, len(p)); i++ {
		b := p[len(p)-i]
		if b >= 0xC0 {
			if !utf8.FullRune(p[len(p)-i:]) {
				end = len(p) - i
			}
			break
		}
		if b < 0x80 {
			break
		}
	}
	if !utf8.Valid(p[:end]) {
		c.bad = fmt.Sprintf("bytes near row %d are not valid UTF-8", c.rows+1)
	}
	c.carry = append(c.carry, p[end:]...)
}

func (c *rowChecker) finish() string {
	switch {
	case c.bad != "":
		return c.bad
	case !c.ended && c.rows == 0 && c.size == 0:
		return "it is empty: not even the end mark is there"
	case !c.ended:
		return fmt.Sprintf("it stops after row %d, without the end mark", c.rows)
	case string(c.tail) != dataEnd[3:]:
		return fmt.Sprintf("odd bytes %q follow the end mark after row %d", c.tail, c.rows)
	}
	return ""
}

func (c *rowChecker) count() int64 { return c.rows }

// insertChecker reads a table's data as INSERT statements: it must end as
// pg_dump ends it.
type insertChecker struct {
	tail []byte
	rows int64
	bol  bool
	used bool
}

// Write looks at the next bytes.
func (c *insertChecker) Write(p []byte) (int, error) {
	if !c.used {
		c.used, c.bol = true, true
	}
	for _, b := range p {
		if c.bol && b == 'I' {
			c.rows++
		}
		c.bol = b == '\n'
	}
	c.tail = append(c.tail, p...)
	if len(c.tail) > 4 {
		c.tail = append(c.tail[:0], c.tail[len(c.tail)-4:]...)
	}
	return len(p), nil
}

func (c *insertChecker) finish() string {
	t := string(c.tail)
	if t == "\n\n" || t == ";\n\n\n" {
		return ""
	}
	if !c.used {
		return "it is empty"
	}
	return fmt.Sprintf("it stops in a statement, after about %d rows", c.rows)
}

func (c *insertChecker) count() int64 { return c.rows }
