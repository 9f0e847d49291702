package component

import "testing"

func TestEnvName(t *testing.T) {
	for name, want := range map[string]bool{
		"MISTRAL_API_KEY": true, "OPENAI_API_KEY_2": true, "key": true, "_K": true, "MISTRALAPIKEYOFTHETEAM": true,
		"": false, "sk-abcdefghijkl": false, "$MISTRAL_API_KEY": false, "${KEY}": false, "MY KEY": false, "1KEY": false, "KEY=1": false,
		"a8Kd93jfKslqPwZm47fhTbXc51vNyRgE": false, "0f3b5a": false, "f3b5a0c1d2e3f4a5b6c7d8e9f0a1b2c3": false,
		"gsk_a8Kd93jfKslqPwZm47fhTbXc51vNyRgE": false, "hf_AbCdEfGhIjKlMnOpQrStUvWxYz": false, "sk_live_51H8abcdefghijklmnop": false,
	} {
		if got := EnvName(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
