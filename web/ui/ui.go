// Package ui holds what all pages share: the layout with its navigation, and
// the parts that pages are put together from, such as fields, tables, bubbles
// and charts; and the formatting of times, counts and phone numbers.
//
// Its parts are given plain data. The package knows no rule of the product, no
// database and no request, and imports nothing of Parley but the addresses of
// its static files.
package ui

import "github.com/a-h/templ"

// Link is words that lead somewhere. A link without an address is shown as text.
type Link struct {
	Text string
	URL  string
}

// Errors holds what is wrong with a form: the field's name and the sentence a
// user reads. The empty name is for what concerns no single field.
type Errors map[string]string

// Safe is an address for attributes that templ does not clean by itself, such
// as hx-get: anything but http, https, mailto, tel and paths becomes harmless.
func Safe(address string) string { return string(templ.URL(address)) }
