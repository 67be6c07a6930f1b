package runbook

import "sort"

// Pos is a place in the markdown file, both parts 1-based; Column counts bytes.
type Pos struct {
	Line   int
	Column int
}

// lineIndex turns byte offsets into lines and columns.
type lineIndex struct {
	starts []int // offset of the first byte of each line
	size   int
}

func newLineIndex(src []byte) lineIndex {
	starts := make([]int, 1, 64)
	for i, b := range src {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return lineIndex{starts: starts, size: len(src)}
}

// line is the 1-based line that holds offset.
func (ix lineIndex) line(offset int) int {
	return sort.Search(len(ix.starts), func(i int) bool { return ix.starts[i] > offset })
}

func (ix lineIndex) pos(offset int) Pos {
	line := max(ix.line(offset), 1)
	return Pos{Line: line, Column: offset - ix.starts[line-1] + 1}
}

// start is the offset of the first byte of a line; past the last line it is
// the size of the text.
func (ix lineIndex) start(line int) int {
	switch {
	case line < 1:
		return 0
	case line > len(ix.starts):
		return ix.size
	}
	return ix.starts[line-1]
}
