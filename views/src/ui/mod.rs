//! The components every page is made of. Plain data in, markup out; nothing here knows a noun.
//! Each is shown in every state at `/dev/gallery`; its CSS has its name in `assets/css`.

mod attrs;
mod avatar;
mod badge;
mod button;
mod card;
mod field;
mod filter;
mod form;
mod icon;
mod nav;
mod notice;
mod overlay;
mod page;
mod pager;
mod state;
mod table;
mod text;
mod timeline;

pub use attrs::{Attrs, element, nothing, safe_href, void_element};
pub use avatar::{Avatar, AvatarSize, Identity, initials};
pub use badge::{Badge, Tone};
pub use button::{Button, Size, Variant, actions};
pub use card::{Card, Facts, Stat, Trend, stats};
pub use field::{Choice, Field, Width};
pub use filter::{Chip, ColumnChoice, ColumnChooser, Filter, FilterBar, chips};
pub use form::{Conflict, Differs, ErrorSummary, FieldError, Form, field_row, form_section};
pub use icon::Icon;
pub use nav::{Breadcrumbs, Stepper, Tab, Tabs};
pub use notice::{Alert, Toast, Undo, toast_region};
pub use overlay::{Confirm, Dialog, Menu, menu_button};
pub use page::{
    ListPage, ListResults, PageHead, RecordPage, Subjects, auth_page, columns, dashboard_page, form_page,
    settings_page, stack, wizard_page,
};
pub use pager::{Count, Pager, thousands};
pub use state::{EmptyState, ErrorState, Progress, skeleton_rows, spinner};
pub use table::{BulkBar, Column, Density, Direction, Row, Table};
pub use text::{Time, code, code_block, dash, kbd};
pub use timeline::{Change, Entry, Timeline};
