package ui

// KeyHint names keys and what they do in the list at hand.
type KeyHint struct {
	Does string
	Caps []string
}

// MoveAndOpen is the hint of every list whose rows can be walked through.
var MoveAndOpen = []KeyHint{
	{Does: "move", Caps: []string{"J", "K"}},
	{Does: "open", Caps: []string{"↵"}},
}

// shortcuts are all keys of the program, as parley.js binds them.
var shortcuts = []struct {
	does string
	caps []string
}{
	{"Go to a place, or search", []string{"Ctrl", "K"}},
	{"Search in this list", []string{"/"}},
	{"Next row", []string{"J"}},
	{"Previous row", []string{"K"}},
	{"Open the row", []string{"↵"}},
	{"New campaign", []string{"C"}},
	{"Write a reply", []string{"R"}},
	{"Send a suggested answer", []string{"Alt", "1", "2", "3"}},
	{"Next who waits, also while typing", []string{"Alt", "N"}},
	{"Does not need attention", []string{"E"}},
	{"Switch mode", []string{"M"}},
	{"Send the reply, or save the form", []string{"Ctrl", "↵"}},
	{"Show these keys", []string{"?"}},
}
