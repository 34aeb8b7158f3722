using Broadsheet.Analytics.Ingest;

namespace Broadsheet.Analytics.Reading;

/// <summary>
/// Visits from raw events, as common table expressions for the statements of reports. Whatever order events came in, and
/// however often a heartbeat was sent or lost before a later one, a visit looks the same.
/// </summary>
internal static class VisitFigures
{
    /// <summary>
    /// <c>counted</c>: the events that meet the condition (on <c>e</c>) and whose story is known, each with the
    /// <c>shown</c> revision. <c>visits</c>: one row a visit, story and revision that has a view, with <c>viewed_at</c>,
    /// <c>reader</c>, <c>visitor</c>, <c>engaged</c>, <c>reached</c> (section ids that the revision has), <c>section_ids</c>
    /// and <c>is_read</c>.
    /// </summary>
    public static string With(string condition, ReadRule rule) =>
        $"""
        with placed as (
            -- A page that is open while the story is published anew goes on showing what it showed at first.
            select e.*, case when e.visit is null then e.occurred_at
                else coalesce(min(e.occurred_at) filter (where e.kind = 1) over (partition by e.story, e.visit), e.occurred_at) end as opened_at
            from events e left join stories s on s.story = e.story
            where {condition} and {CountedEvents.OfKnownStory}
        ),
        first_revisions as (select story, min(revision) as first_revision from story_revisions group by story),
        counted as (
            -- A clock that is a little slow opens a page before it was there.
            select p.*, case when p.revision > 0 then p.revision else coalesce(r.revision, f.first_revision) end as shown
            from placed p
            asof left join story_revisions r on r.story = p.story and r.shown_from <= p.opened_at
            left join first_revisions f on f.story = p.story
        ),
        viewed as (
            select story, shown, visit, min(occurred_at) as viewed_at
            from counted where kind = 1 and visit is not null group by all
        ),
        read_on as (
            select c.story, c.shown, c.visit, v.viewed_at, max(c.reader) as reader, max(c.visitor) as visitor,
                -- Never more than what had passed since the view.
                coalesce(max(least(c.engaged_seconds, greatest(0, epoch(c.occurred_at) - epoch(v.viewed_at)))), 0) as engaged,
                coalesce(list_distinct(flatten(list(c.sections) filter (where c.sections is not null))), []) as seen
            from counted c join viewed v on v.story = c.story and v.shown = c.shown and v.visit = c.visit
            group by all
        ),
        visits as (
            select x.*, {rule.Sql} as is_read
            from (
                select o.*, r.sections as section_ids, r.reading_seconds, coalesce(list_intersect(o.seen, r.sections), []) as reached
                from read_on o left join story_revisions r on r.story = o.story and r.revision = o.shown
            ) x
        )
        """;
}
