package bot

import "testing"

func TestFormsOfASpanishWordShareAStem(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"ayudar", "ayuda", "ayudo", "ayude", "ayudame", "ayudarme", "ayudenme", "ayudandonos", "ayudaron"},
		{"decir", "dime", "digame", "dimelo", "decirte", "diciendo", "dijeron", "dirian"},
		{"querer", "quiero", "quieres", "quisiera", "quiso", "queria"},
		{"poder", "puedo", "podemos", "podria", "pudieron"},
		{"cerrar", "cierra", "cierran", "cerrado", "cerradas"},
		{"buscar", "busco", "busquen", "buscando"},
		{"pagar", "pago", "paguen", "pagarlo", "pagos", "pagamos"},
		{"conocer", "conozco", "conocido"},
		{"inscribir", "inscrito", "inscribirse", "inscribimos"},
		{"programar", "programa", "programador", "programadoras", "programacion"},
		{"hermano", "hermanos", "hermana", "hermanas"},
		{"restaurante", "restaurantes"},
		{"informe", "informes"},
	} {
		want := stemSpanish(forms[0])
		for _, form := range forms[1:] {
			if got := stemSpanish(form); got != want {
				t.Errorf("%s has the stem %q, %s %q", forms[0], want, form, got)
			}
		}
	}
}

func TestSpanishNounsAreNotVerbsWithPronouns(t *testing.T) {
	t.Parallel()
	for noun, verb := range map[string]string{
		"restaurante": "restaurar", "parte": "parar", "suerte": "ser", "menos": "me", "hermanos": "hermar", "informe": "inferir",
	} {
		if stemSpanish(noun) == stemSpanish(verb) {
			t.Errorf("%s is read as a form of %s", noun, verb)
		}
	}
}
