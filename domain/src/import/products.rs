//! Products as an import knows them: by code, else, where it has none yet, by name; what one costs is a price in the book, from the day of the import on.

use super::{Noun, Target};
use crate::{
    Conventions, Errors, Money,
    crm::{
        deals::{amount, currency},
        products,
    },
    custom_fields::Custom,
    draft,
    draft::{Field, FieldClass},
};

/// The noun of [`crate::crm::products`].
#[derive(Debug, Clone, Copy)]
pub struct Products;

draft! {
    /// A product and its price, as a file has them.
    ProductDraft { name, code, description, tax, price, currency }
}

/// A product with what it costs today, in each currency.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductFields {
    pub product: products::Fields,
    pub prices: Vec<Money>,
    /// Products have no fields of the workspace's own.
    pub custom: Custom,
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str], required: bool) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required }
}

pub(super) const FIELDS: &[Field] = &[
    field("name", "Name", &["product", "productname", "item", "itemname", "article"], true),
    field("code", "Code", &["sku", "productcode", "itemcode", "articlenumber", "partnumber"], false),
    field("description", "Description", &["details", "about"], false),
    field("tax", "Tax, %", &["taxrate", "vat", "vatrate"], false),
    field("price", "Price", &["salesprice", "listprice", "unitprice", "amount", "cost"], false),
    field("currency", "Currency", &["currencycode", "pricecurrency"], false),
];

impl Noun for Products {
    const TARGET: Target = Target::Products;
    const DATES: &'static [&'static str] = &[];
    const AMOUNTS: &'static [&'static str] = &["price"];
    const KEYS: [&'static str; 2] = ["code", "name"];
    /// A product known by name may get its code from the file.
    const FIRST_DECIDES: bool = false;
    const FIRST_STAYS: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
    type Draft = ProductDraft;
    type Fields = ProductFields;

    fn get<'a>(draft: &'a ProductDraft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut ProductDraft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(d: &ProductDraft, c: &Conventions) -> Result<ProductFields, Errors> {
        let draft = products::Draft {
            name: d.name.clone(),
            code: d.code.clone(),
            description: d.description.clone(),
            tax: d.tax.clone(),
            retired: String::new(),
        };
        let (product, mut e) = draft.read(c);
        let in_currency = e.optional("currency", &d.currency, currency).unwrap_or(c.currency);
        let price = e.optional("price", &d.price, |s| amount(s, in_currency));
        e.or(ProductFields { product, prices: price.into_iter().collect(), custom: Custom::default() })
    }

    fn draft(f: &ProductFields) -> ProductDraft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let price = f.prices.first();
        ProductDraft {
            name: f.product.name.clone(),
            code: text(&f.product.code),
            description: text(&f.product.description),
            tax: f.product.tax.normalize().to_string(),
            price: price.map(|p| p.decimal().to_string()).unwrap_or_default(),
            currency: price.map(|p| p.currency.code().to_owned()).unwrap_or_default(),
        }
    }

    fn keys(draft: &ProductDraft, _: &Conventions) -> [Option<String>; 2] {
        [lower(&draft.code), lower(&draft.name)]
    }

    fn link(_: &ProductDraft, _: &Conventions) -> Option<String> {
        None
    }

    fn take(into: &mut ProductFields, from: &ProductFields, field: &str) -> bool {
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.product.$name != from.product.$name;
                    if differs { into.product.$name = from.product.$name.clone(); }
                    differs
                })*
                "price" => match from.prices.first() {
                    // One currency has one price; those of others stay as they are.
                    Some(price) if !into.prices.contains(price) => {
                        into.prices.retain(|p| p.currency != price.currency);
                        into.prices.insert(0, *price);
                        true
                    }
                    _ => false,
                },
                _ => false,
            } };
        }
        take!(name, code, description, tax)
    }

    fn custom(fields: &mut ProductFields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &ProductFields) -> String {
        f.product.name.clone()
    }

    fn unknown(word: &str) -> String {
        format!("No product is called {word}.")
    }
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn product(price: &str, currency: &str) -> ProductFields {
        let draft = ProductDraft {
            name: "Nord".into(),
            price: price.into(),
            currency: currency.into(),
            ..ProductDraft::default()
        };
        Products::parse(&draft, &Conventions::default()).expect("a product")
    }

    #[test]
    fn a_price_of_another_currency_stands_beside_the_one_that_there_is() {
        let mut known = product("10", "USD");
        assert!(!Products::take(&mut known, &product("10.00", "USD"), "price"), "it is the same");
        assert!(Products::take(&mut known, &product("9", "EUR"), "price"));
        assert!(Products::take(&mut known, &product("12", "USD"), "price"));
        assert!(!Products::take(&mut known, &product("", ""), "price"), "an empty cell says nothing");
        assert_eq!(known.prices, [Money::new(1200, Currency::USD), Money::new(900, Currency::EUR)]);
    }

    #[test]
    fn what_is_no_price_is_told_beside_its_column() {
        let draft = ProductDraft { price: "cheap".into(), currency: "gold".into(), ..ProductDraft::default() };
        let errors = Products::parse(&draft, &Conventions::default()).expect_err("it is wrong");
        assert!(["name", "price", "currency"].iter().all(|f| errors.of(f).is_some()), "{errors:?}");
    }
}
