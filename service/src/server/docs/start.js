// Starts Swagger UI on the page. Requests that are tried out go to the service that shows it, whatever its port.
fetch("/openapi.json")
  .then((answer) => answer.json())
  .then((spec) => {
    spec.servers = [{ url: window.location.origin, description: "This service" }];
    window.ui = SwaggerUIBundle({
      spec,
      dom_id: "#docs",
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      defaultModelExpandDepth: 2,
      displayRequestDuration: true,
      docExpansion: "none",
      filter: true,
      showCommonExtensions: true,
      tryItOutEnabled: true,
      validatorUrl: null,
    });
  })
  .catch(() => {
    document.getElementById("docs").textContent = "The API document cannot be read: is the service still running?";
  });
