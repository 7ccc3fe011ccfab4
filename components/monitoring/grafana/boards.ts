import type { Board, Telemetry } from "../../kit/telemetry";
import { boards } from "../../kit/telemetry";
import { dashboardJson } from "./dashboard";

/** Arguments of {@link boardDashboards}. */
export interface BoardDashboardsArgs {
    /** Start of the dashboards' addresses and file names, and their tag. */
    readonly platform: string;
    /** Start of their titles. */
    readonly title: string;
    readonly telemetry: readonly Telemetry[];
    /** Boards that the platform's own dashboards show already. @default none */
    readonly without?: readonly Board[];
}

/** A dashboard for each board that some of the telemetry belongs to, as JSON by file name: a data store brings its own. */
export function boardDashboards({ platform, title, telemetry, without = [] }: BoardDashboardsArgs): Record<string, string> {
    const used = (Object.keys(boards) as Board[]).filter(board => !without.includes(board) && rowsOf(board, telemetry).length > 0);
    return Object.fromEntries(used.map(board => {
        const uid = `${platform}-${board}`;
        return [`${uid}.json`, dashboardJson({ uid, title: `${title}: ${boards[board]}`, tags: [platform, board], telemetry: rowsOf(board, telemetry) })];
    }));
}

/** The rows of one board, with the panels that appear only there. */
function rowsOf(board: Board, telemetry: readonly Telemetry[]): Telemetry[] {
    return telemetry.filter(part => part.board === board).map(withDetails).filter(({ panels }) => panels.length > 0);
}

/** A telemetry whose row has all of its panels. */
export function withDetails(telemetry: Telemetry): Telemetry {
    return { ...telemetry, panels: [...telemetry.panels, ...telemetry.details ?? []] };
}
