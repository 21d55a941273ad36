package smsnoise

var abbreviations = map[string]string{
	"you": "u", "your": "ur", "are": "r", "why": "y", "be": "b", "see": "c", "and": "n",
	"to": "2", "too": "2", "for": "4", "before": "b4", "great": "gr8", "please": "pls",
	"thanks": "thx", "because": "cuz", "about": "abt", "tomorrow": "tmrw", "today": "2day",
	"tonight": "2nite", "what": "wat", "what's": "wats", "where": "wher", "when": "wen",
	"with": "w", "without": "w/o", "have": "hv", "people": "ppl", "message": "msg", "text": "txt",
	"want": "wnt", "know": "kno", "going": "goin", "through": "thru", "the": "da", "that": "dat",
	"should": "shud", "could": "cud", "would": "wud", "right": "rite", "number": "num",
	"information": "info", "account": "acct", "weekend": "wknd", "minutes": "mins", "hours": "hrs",
	"need": "ned", "get": "gt", "can": "cn", "how": "hw", "my": "mi", "from": "frm", "just": "jus",
	"que": "q", "qué": "q", "por": "x", "porque": "xq", "para": "pa", "de": "d", "también": "tb",
	"cuando": "cdo", "cuándo": "cdo", "donde": "dnd", "dónde": "dnd", "como": "cm", "cómo": "cm",
	"quiero": "kiero", "tengo": "tngo", "mucho": "mxo", "gracias": "grax", "bien": "bn",
	"mensaje": "msj", "información": "info", "está": "ta", "puedo": "pdo", "hacer": "acer",
}
