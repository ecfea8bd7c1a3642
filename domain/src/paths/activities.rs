//! Paths of calls and meetings, and of somebody's own day.

use super::fill;

paths! {
    ACTIVITIES activities(slug) = "/w/{slug}/activities";
    ACTIVITY_NEW activity_new(slug) = "/w/{slug}/activities/new";
    /// Records that one may be about.
    ACTIVITY_OPTIONS activity_options(slug) = "/w/{slug}/activities/options";
    ACTIVITY_EXPORT activity_export(slug) = "/w/{slug}/activities/export";
    ACTIVITY_CALENDAR activity_calendar(slug) = "/w/{slug}/activities/calendar";
    /// The address of one's own for other programs.
    ACTIVITY_FEEDS activity_feeds(slug) = "/w/{slug}/activities/feeds";
    ACTIVITY_COMPLETIONS activity_completions(slug) = "/w/{slug}/activities/completions";
    ACTIVITY_CANCELLATIONS activity_cancellations(slug) = "/w/{slug}/activities/cancellations";
    ACTIVITY_REOPENINGS activity_reopenings(slug) = "/w/{slug}/activities/reopenings";
    ACTIVITY_VIEW_NEW activity_view_new(slug) = "/w/{slug}/activities/views/new";
    ACTIVITY_VIEW activity_view(slug, id) = "/w/{slug}/activities/views/{id}";
    ACTIVITY_VIEW_QUESTION activity_view_question(slug, id) = "/w/{slug}/activities/views/{id}/question";
    ACTIVITY_VIEW_OPENING activity_view_opening(slug, id) = "/w/{slug}/activities/views/{id}/opening";
    ACTIVITY_VIEW_REMOVAL activity_view_removal(slug, id) = "/w/{slug}/activities/views/{id}/removal";
    ACTIVITY_VIEW_RESTORAL activity_view_restoral(slug, id) = "/w/{slug}/activities/views/{id}/restoral";
    ACTIVITY activity(slug, id) = "/w/{slug}/activities/{id}";
    ACTIVITY_EDIT activity_edit(slug, id) = "/w/{slug}/activities/{id}/edit";
    /// How it went.
    ACTIVITY_COMPLETION activity_completion(slug, id) = "/w/{slug}/activities/{id}/completion";
    ACTIVITY_CANCELLATION activity_cancellation(slug, id) = "/w/{slug}/activities/{id}/cancellation";
    ACTIVITY_REOPENING activity_reopening(slug, id) = "/w/{slug}/activities/{id}/reopening";
    MY_DAY my_day(slug) = "/w/{slug}/my-day";
    TASK_SNOOZE task_snooze(slug, id) = "/w/{slug}/tasks/{id}/snooze";
    /// For another calendar (RFC 5545).
    ACTIVITY_ICS activity_ics(slug, id) = "/w/{slug}/activities/{id}/invitation.ics";
}
