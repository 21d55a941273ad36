package phonenet

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Twilio's page sizes.
const (
	defaultPageSize = 50
	mostPageSize    = 1000
)

// listPage is one page of a list as asked for. Pages go by a token that names
// the last item of the page before, so new items do not shift them.
type listPage struct {
	size   int
	number int
	token  string
	before uint64 // the token's place in the log
	last   uint64 // place of the last item on this page
}

// pageJSON is what Twilio writes around every list.
type pageJSON struct {
	End             int     `json:"end"`
	FirstPageURI    string  `json:"first_page_uri"`
	NextPageURI     *string `json:"next_page_uri"`
	Page            int     `json:"page"`
	PageSize        int     `json:"page_size"`
	PreviousPageURI *string `json:"previous_page_uri"`
	Start           int     `json:"start"`
	URI             string  `json:"uri"`
}

func readPage(query url.Values) (listPage, *refusal) {
	p := listPage{size: defaultPageSize, token: query.Get("PageToken")}
	var err error
	if text := query.Get("PageSize"); text != "" {
		if p.size, err = strconv.Atoi(text); err != nil || p.size < 1 {
			return p, refuse(20006, "Invalid PageSize %s", text)
		}
		p.size = min(p.size, mostPageSize)
	}
	if text := query.Get("Page"); text != "" {
		if p.number, err = strconv.Atoi(text); err != nil || p.number < 0 {
			return p, refuse(20006, "Invalid Page %s", text)
		}
	}
	if p.token != "" {
		place, ok := strings.CutPrefix(p.token, "PA")
		if p.before, err = strconv.ParseUint(place, 16, 64); err != nil || !ok {
			return p, refuse(20006, "Invalid PageToken %s", p.token)
		}
	} else if p.number > 0 {
		return p, refuse(20006, "Page %d needs the PageToken of the page before", p.number)
	}
	return p, nil
}

func (p listPage) json(at *url.URL, count int, more bool) pageJSON {
	uri := func(number int, token string) string {
		q := at.Query()
		q.Set("PageSize", strconv.Itoa(p.size))
		q.Set("Page", strconv.Itoa(number))
		q.Del("PageToken")
		if token != "" {
			q.Set("PageToken", token)
		}
		return at.Path + "?" + q.Encode()
	}
	start := p.number * p.size
	out := pageJSON{
		FirstPageURI: uri(0, ""), Page: p.number, PageSize: p.size, Start: start, End: start + max(0, count-1), URI: at.RequestURI(),
	}
	if more {
		next := uri(p.number+1, fmt.Sprintf("PA%032x", p.last))
		out.NextPageURI = &next
	}
	return out
}
