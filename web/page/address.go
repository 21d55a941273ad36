package page

import (
	"net/url"
	"slices"
)

// address joins a path and a query that may be empty.
func address(path string, query url.Values) string {
	if encoded := query.Encode(); encoded != "" {
		return path + "?" + encoded
	}
	return path
}

func isIn(values []string, value string) bool { return slices.Contains(values, value) }

func knowledgeURL(office string) string {
	return address("/knowledge", url.Values{"office": {office}})
}
