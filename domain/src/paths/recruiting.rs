//! Paths of recruiting: jobs, and the careers site.

use super::fill;

paths! {
    POSTINGS postings(slug) = "/w/{slug}/hr/jobs";
    POSTING_NEW posting_new(slug) = "/w/{slug}/hr/jobs/new";
    POSTING_EXPORT posting_export(slug) = "/w/{slug}/hr/jobs/export";
    POSTING posting(slug, id) = "/w/{slug}/hr/jobs/{id}";
    POSTING_EDIT posting_edit(slug, id) = "/w/{slug}/hr/jobs/{id}/edit";
    /// POST asks for approval.
    POSTING_APPROVAL posting_approval(slug, id) = "/w/{slug}/hr/jobs/{id}/approval";
    /// POST approves or declines.
    POSTING_DECISION posting_decision(slug, id) = "/w/{slug}/hr/jobs/{id}/decision";
    /// POST publishes, holds, closes, fills.
    POSTING_STATE posting_state(slug, id) = "/w/{slug}/hr/jobs/{id}/state";
    POSTING_COPIES posting_copies(slug, id) = "/w/{slug}/hr/jobs/{id}/copies";
    POSTING_TEAM posting_team(slug, id) = "/w/{slug}/hr/jobs/{id}/team";
    POSTING_QUESTIONS posting_questions(slug, id) = "/w/{slug}/hr/jobs/{id}/questions";
    POSTING_STAGES posting_stages(slug, id) = "/w/{slug}/hr/jobs/{id}/stages";
    /// The board of a job.
    POSTING_APPLICATIONS posting_applications(slug, id) = "/w/{slug}/hr/jobs/{id}/applications";
    /// Cards of one stage.
    POSTING_LANE posting_lane(slug, id) = "/w/{slug}/hr/job-stages/{id}";
    /// What is open, for colleagues.
    OPENINGS openings(slug) = "/w/{slug}/hr/openings";
    OPENING opening(slug, id) = "/w/{slug}/hr/openings/{id}";
    OPENING_APPLY opening_apply(slug, id) = "/w/{slug}/hr/openings/{id}/apply";
    CANDIDATES candidates(slug) = "/w/{slug}/hr/candidates";
    CANDIDATE candidate(slug, id) = "/w/{slug}/hr/candidates/{id}";
    CANDIDATE_RATING candidate_rating(slug, id) = "/w/{slug}/hr/candidates/{id}/rating";
    CANDIDATE_ERASURE candidate_erasure(slug, id) = "/w/{slug}/hr/candidates/{id}/erasure";
    APPLICATION_MOVE application_move(slug, id) = "/w/{slug}/hr/applications/{id}/move";
    APPLICATION_REJECTION application_rejection(slug, id) = "/w/{slug}/hr/applications/{id}/rejection";
    /// POST keeps back the mail that is to go out.
    APPLICATION_MAIL application_mail(slug, id) = "/w/{slug}/hr/applications/{id}/mail/removal";
    /// Where whoever applies sees how it stands, by the link of a mail.
    APPLICATION_STATUS application_status(token) = "/applications/{token}";
    APPLICATION_WITHDRAWAL application_withdrawal(token) = "/applications/{token}/withdrawal";
    APPLICATION_ERASURE application_erasure(token) = "/applications/{token}/erasure";
    CAREERS_APPLY careers_apply(slug, handle) = "/careers/{slug}/{handle}/apply";
    CAREER_SETTINGS career_settings(slug) = "/w/{slug}/settings/careers";
    /// What is promised at each location.
    CAREER_NOTICES career_notices(slug) = "/w/{slug}/settings/careers/notices";

    /// A workspace's logo, for anybody.
    BRAND_LOGO brand_logo(slug) = "/brand/{slug}/logo";
    CAREERS careers(slug) = "/careers/{slug}";
    CAREERS_SITEMAP careers_sitemap(slug) = "/careers/{slug}/sitemap.xml";
    CAREERS_RSS careers_rss(slug) = "/careers/{slug}/jobs.rss";
    CAREERS_JSON careers_json(slug) = "/careers/{slug}/jobs.json";
    CAREERS_JOB careers_job(slug, handle) = "/careers/{slug}/{handle}";
}
