package evidence

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strconv"
)

// ChainVersion is the version of the chain's format. It grows when Start or
// Link would give another hash.
const ChainVersion = 1

// What each hash begins with, so that it can't be mistaken for one of another
// kind or version.
const (
	startDomain = "lifeboat journal start v1"
	eventDomain = "lifeboat journal event v1"
)

// TimeFormat is how an event's time is stored: UTC, nine decimals, always, so
// that the texts sort as the times do.
const TimeFormat = "2006-01-02T15:04:05.000000000Z"

// Record is an event as it is stored: the texts that its hash was made over,
// not what they mean.
type Record struct {
	Run  string
	Seq  int64
	At   string
	Type string
	Body string
	Hash string // hex of Link
}

// Start is what the first event of a run's journal chains from.
func Start(run string) string {
	h := sha256.New()
	field(h, startDomain)
	field(h, run)
	return hex.EncodeToString(h.Sum(nil))
}

// Link is the hash of an event that follows one whose hash is prev (hex, or
// Start for the first). r.Hash is not read.
func Link(prev string, r Record) string {
	h := sha256.New()
	field(h, eventDomain)
	field(h, prev)
	field(h, r.Run)
	field(h, strconv.FormatInt(r.Seq, 10))
	field(h, r.At)
	field(h, r.Type)
	field(h, r.Body)
	return hex.EncodeToString(h.Sum(nil))
}

// field adds a text after its length, so that no two lists of fields give the
// same bytes.
func field(h hash.Hash, text string) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(text)))
	_, _ = h.Write(size[:]) // a hash takes everything
	_, _ = h.Write([]byte(text))
}
