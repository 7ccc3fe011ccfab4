/** The front end's only page: French, self-contained, UTF-8. */
export const indexHtml = `<!DOCTYPE html>
<html lang="fr">
<head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>TaskFlow - Gestion de Tâches</title>
    <style>
        * { box-sizing: border-box; margin: 0; padding: 0; }
        body {
            min-height: 100vh;
            padding: 20px;
            background: linear-gradient(135deg, #667eea 0%, #764ba2 100%);
            color: #333;
            font-family: "Segoe UI", system-ui, sans-serif;
        }
        .container {
            max-width: 1200px;
            margin: 0 auto;
            padding: 30px;
            border-radius: 15px;
            background: #fff;
            box-shadow: 0 20px 60px rgba(0, 0, 0, 0.3);
        }
        header { margin-bottom: 30px; text-align: center; }
        h1 { margin-bottom: 8px; color: #667eea; font-size: 2.4em; }
        .stats {
            display: grid;
            grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
            gap: 20px;
            margin-bottom: 30px;
        }
        .stat {
            padding: 20px;
            border-radius: 10px;
            background: linear-gradient(135deg, #667eea 0%, #764ba2 100%);
            color: #fff;
            text-align: center;
        }
        .stat-value { font-size: 2.2em; font-weight: bold; }
        .controls { display: flex; flex-wrap: wrap; gap: 10px; margin-bottom: 20px; }
        button {
            padding: 10px 20px;
            border: 0;
            border-radius: 6px;
            background: #667eea;
            color: #fff;
            font: inherit;
            cursor: pointer;
        }
        button:hover, button:focus-visible { background: #764ba2; }
        .tasks { max-height: 600px; overflow-y: auto; }
        .task {
            display: flex;
            align-items: flex-start;
            justify-content: space-between;
            gap: 15px;
            margin-bottom: 10px;
            padding: 15px;
            border-left: 4px solid #667eea;
            border-radius: 6px;
            background: #f8f9fa;
        }
        .task.completed { opacity: 0.6; }
        .task.completed .task-title { text-decoration: line-through; }
        .task-title { font-weight: bold; }
        .task-description { margin-top: 5px; color: #666; }
        .priority {
            display: inline-block;
            margin-left: 10px;
            padding: 2px 10px;
            border-radius: 12px;
            color: #fff;
            font-size: 0.8em;
        }
        .priority-high { background: #dc3545; }
        .priority-medium { background: #ffc107; color: #333; }
        .priority-low { background: #28a745; }
        .message { padding: 30px; color: #666; text-align: center; }
        .error {
            padding: 15px;
            border: 1px solid #f5c6cb;
            border-radius: 6px;
            background: #f8d7da;
            color: #721c24;
        }
    </style>
</head>
<body>
    <div class="container">
        <header>
            <h1>📋 TaskFlow</h1>
            <p>Projet de Synthèse Kubernetes - Auto-scaling et Monitoring</p>
        </header>
        <section class="stats" aria-live="polite">
            <div class="stat"><div class="stat-value" id="totalTasks">-</div><div>Total Tâches</div></div>
            <div class="stat"><div class="stat-value" id="completedTasks">-</div><div>Complétées</div></div>
            <div class="stat"><div class="stat-value" id="pendingTasks">-</div><div>En cours</div></div>
            <div class="stat"><div class="stat-value" id="apiPods">-</div><div>Pods API (HPA)</div></div>
        </section>
        <nav class="controls">
            <button type="button" data-priority="">🔄 Rafraîchir</button>
            <button type="button" data-priority="high">🔴 Priorité Haute</button>
            <button type="button" data-priority="medium">🟡 Priorité Moyenne</button>
            <button type="button" data-priority="low">🟢 Priorité Basse</button>
        </nav>
        <main class="tasks" id="tasks"><p class="message">Chargement des tâches...</p></main>
    </div>
    <script>
        "use strict";

        const API = "/api";
        const REFRESH_MILLISECONDS = 30000;
        const PRIORITIES = ["high", "medium", "low"];
        let currentPriority = "";
        let newestRequest = 0;

        const byId = id => document.getElementById(id);

        // Texts from the database only ever become text nodes, never markup.
        function element(tag, className, text) {
            const node = document.createElement(tag);
            node.className = className;
            node.textContent = text;
            return node;
        }

        function taskNode(task) {
            const row = element("article", task.completed ? "task completed" : "task", "");
            const body = document.createElement("div");
            body.append(element("span", "task-title", task.title));
            if (PRIORITIES.includes(task.priority)) {
                body.append(element("span", \`priority priority-\${task.priority}\`, task.priority));
            }
            body.append(element("p", "task-description", task.description ?? ""));
            row.append(body, element("span", "task-state", task.completed ? "✅" : "⏳"));
            return row;
        }

        function showTasks(tasks) {
            byId("tasks").replaceChildren(
                ...(tasks.length > 0 ? tasks.map(taskNode) : [element("p", "message", "Aucune tâche trouvée")]));
        }

        function showStats(stats) {
            byId("totalTasks").textContent = stats.total;
            byId("completedTasks").textContent = stats.completed;
            byId("pendingTasks").textContent = stats.pending;
            // No API tells the number of pods; Grafana does.
            byId("apiPods").textContent = "~";
        }

        function showError(message) {
            const box = element("div", "error", "");
            box.setAttribute("role", "alert");
            box.append(
                element("strong", "", "Erreur de connexion à l'API"),
                element("p", "", message),
                element("p", "", "Vérifiez que le backend est déployé et accessible"));
            byId("tasks").replaceChildren(box);
        }

        async function loadTasks(priority) {
            currentPriority = priority;
            // A slow answer to an older request must not overwrite a newer one.
            const request = ++newestRequest;
            try {
                const query = priority ? \`?priority=\${encodeURIComponent(priority)}\` : "";
                const response = await fetch(\`\${API}/tasks\${query}\`);
                if (!response.ok) {
                    throw new Error(\`HTTP \${response.status}\`);
                }
                const { tasks, stats } = await response.json();
                if (request === newestRequest) {
                    showStats(stats);
                    showTasks(tasks);
                }
            } catch (error) {
                if (request === newestRequest) {
                    showError(error.message);
                }
            }
        }

        for (const button of document.querySelectorAll("button[data-priority]")) {
            button.addEventListener("click", () => {
                byId("tasks").replaceChildren(element("p", "message", "Chargement..."));
                loadTasks(button.dataset.priority);
            });
        }
        loadTasks(currentPriority);
        setInterval(() => loadTasks(currentPriority), REFRESH_MILLISECONDS);
    </script>
</body>
</html>
`;
