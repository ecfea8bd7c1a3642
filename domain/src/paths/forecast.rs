//! Paths of forecasts, quotas and exchange rates.

use super::fill;

paths! {
    FORECAST forecast(slug) = "/w/{slug}/crm/forecast";
    /// The deals behind a number of it.
    FORECAST_DEALS forecast_deals(slug) = "/w/{slug}/crm/forecast/deals";
    FORECAST_ADJUSTMENTS forecast_adjustments(slug) = "/w/{slug}/crm/forecast/adjustments";
    FORECAST_WITHDRAWAL forecast_withdrawal(slug, id) = "/w/{slug}/crm/forecast/adjustments/{id}/withdrawal";
    /// How it came to be another.
    FORECAST_CHANGES forecast_changes(slug) = "/w/{slug}/crm/forecast/movements";
    FORECAST_ACCURACY forecast_accuracy(slug) = "/w/{slug}/crm/forecast/accuracy";
    QUOTAS quotas(slug) = "/w/{slug}/crm/quotas";
    QUOTA_COPIES quota_copies(slug) = "/w/{slug}/crm/quotas/copies";
    EXCHANGE_RATES exchange_rates(slug) = "/w/{slug}/settings/exchange-rates";
    /// Many at once.
    EXCHANGE_RATE_LINES exchange_rate_lines(slug) = "/w/{slug}/settings/exchange-rates/lines";
    EXCHANGE_RATE_REMOVAL exchange_rate_removal(slug, id) = "/w/{slug}/settings/exchange-rates/{id}/removal";
}
