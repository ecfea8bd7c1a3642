//! A company's colour, and what is made of it so that words on it and in it can be read (WCAG 2.2, 1.4.3 and 1.4.11).

/// sRGB, eight bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// Contrast that text needs against what it is on.
const TEXT: f64 = 4.5;

/// The grounds that the colour's words stand on: light, dark (assets/css/00-tokens.css).
const LIGHT: Colour = Colour([0xff, 0xff, 0xff]);
const DARK: Colour = Colour([0x1f, 0x21, 0x26]);
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
const BLACK: Colour = Colour([0, 0, 0]);

impl Colour {
    /// `#rrggbb`, or `rgb` and `rrggbb` as people write them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const WORDS: &str = "A colour like #2f6fed.";
        let hex = text.trim().trim_start_matches('#').to_lowercase();
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(WORDS);
        }
        let hex = match hex.len() {
            3 => hex.chars().flat_map(|c| [c, c]).collect(),
            6 => hex,
            _ => return Err(WORDS),
        };
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| WORDS);
        Ok(Self([byte(0)?, byte(2)?, byte(4)?]))
    }

    pub fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |c: u8| match f64::from(c) / 255.0 {
            c if c <= 0.04045 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// From 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many hundredths of the way to another colour.
    fn towards(self, other: Self, percent: u16) -> Self {
        let mix = |n: usize| {
            let (a, b) = (u16::from(self.0[n]), u16::from(other.0[n]));
            u8::try_from((a * (100 - percent) + b * percent + 50) / 100).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// The nearest shade towards `to` that has text's contrast against all of `against`.
    fn readable(self, to: Self, against: &[Self]) -> Self {
        let shades = (0..=100).map(|percent| self.towards(to, percent));
        shades.into_iter().find(|shade| against.iter().all(|a| shade.contrast(*a) >= TEXT)).unwrap_or(to)
    }

    /// What a stylesheet sets: each token with its light and its dark value.
    pub fn tokens(self) -> [(&'static str, Self, Self); 5] {
        // White words stand on it, in both themes.
        let fill = self.readable(BLACK, &[WHITE]);
        // Words in it, on the page and on its own softest shade.
        let (soft_light, soft_dark) = (fill.towards(LIGHT, 93), fill.towards(DARK, 78));
        [
            ("--accent", fill, fill),
            ("--accent-hover", fill.towards(BLACK, 14), fill.towards(BLACK, 14)),
            ("--accent-text", self.readable(BLACK, &[LIGHT, soft_light]), self.readable(WHITE, &[DARK, soft_dark])),
            ("--accent-soft", soft_light, soft_dark),
            ("--accent-line", fill.towards(LIGHT, 65), fill.towards(DARK, 50)),
        ]
    }

    /// Whether the colour itself is too light for white words, so that a darker shade is used.
    pub fn is_corrected(self) -> bool {
        self.contrast(WHITE) < TEXT
    }

    /// The stylesheet of a workspace.
    pub fn stylesheet(self) -> String {
        let token = |(name, light, dark): (&str, Self, Self)| {
            format!("  {name}: light-dark({}, {});\n", light.hex(), dark.hex())
        };
        format!(":root {{\n{}}}\n", self.tokens().map(token).concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_are_read_as_people_write_them() {
        for text in ["#2f6fed", "2F6FED", " #2f6fed "] {
            assert_eq!(Colour::parse(text).map(Colour::hex).as_deref(), Ok("#2f6fed"));
        }
        assert_eq!(Colour::parse("#fa0").map(Colour::hex).as_deref(), Ok("#ffaa00"));
        for wrong in ["", "#12345", "red", "#gggggg", "#ü1234"] {
            assert!(Colour::parse(wrong).is_err(), "{wrong}");
        }
        assert!((Colour([0, 0, 0]).contrast(WHITE) - 21.0).abs() < 0.01);
        assert!(Colour([0xff, 0xee, 0]).is_corrected() && !Colour([0x2f, 0x4f, 0xcd]).is_corrected());
    }

    proptest! {
        /// FACE: the workspace may set it; contrast is checked and corrected.
        #[test]
        fn whatever_is_chosen_can_be_read(r: u8, g: u8, b: u8) {
            let [fill, hover, text, soft, _] = Colour([r, g, b]).tokens();
            for shade in [fill.1, fill.2, hover.1, hover.2] {
                prop_assert!(shade.contrast(WHITE) >= TEXT);
            }
            prop_assert!(text.1.contrast(LIGHT) >= TEXT && text.1.contrast(soft.1) >= TEXT);
            prop_assert!(text.2.contrast(DARK) >= TEXT && text.2.contrast(soft.2) >= TEXT);
        }
    }
}
