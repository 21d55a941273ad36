package server

import (
	"fmt"
	"strings"
	"time"

	"parley/internal/outreach"
)

// cursorText writes a place in a list for an address; nil is the end and empty.
func cursorText(c *outreach.Cursor) string {
	if c == nil {
		return ""
	}
	text := fmt.Sprintf("%d-%d", c.At.UnixMicro(), c.ID)
	if c.Waiting {
		return "w" + text
	}
	return text
}

// readCursor reads a place; what is none is the beginning.
func readCursor(s string) outreach.Cursor {
	var micro, id int64
	s, waiting := strings.CutPrefix(s, "w")
	if n, err := fmt.Sscanf(s, "%d-%d", &micro, &id); err != nil || n != 2 {
		return outreach.Cursor{}
	}
	return outreach.Cursor{At: time.UnixMicro(micro).UTC(), ID: id, Waiting: waiting}
}
