package dev.hawser.tck.container.undertow;

import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.LoginConfig;
import io.undertow.servlet.api.SecurityConstraint;
import io.undertow.servlet.api.SecurityInfo;
import io.undertow.servlet.api.TransportGuaranteeType;
import io.undertow.servlet.api.WebResourceCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the suites' deployment descriptors say: security constraints, the login, roles, context parameters, the session
 * timeout.
 */
final class WebXml {
    private final Element root;

    private WebXml(Element root) {
        this.root = root;
    }

    static WebXml read(Path descriptor) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return new WebXml(
                    factory.newDocumentBuilder().parse(descriptor.toFile()).getDocumentElement());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("Not a deployment descriptor: " + descriptor, e);
        }
    }

    void applyTo(DeploymentInfo deployment) {
        for (Element parameter : elements(root, "context-param")) {
            deployment.addInitParameter(text(parameter, "param-name"), text(parameter, "param-value"));
        }
        for (Element role : elements(root, "security-role")) {
            deployment.addSecurityRole(text(role, "role-name"));
        }
        for (Element login : elements(root, "login-config")) {
            deployment.setLoginConfig(new LoginConfig(text(login, "auth-method"), text(login, "realm-name")));
        }
        for (Element session : elements(root, "session-config")) {
            deployment.setDefaultSessionTimeout(60 * Integer.parseInt(text(session, "session-timeout")));
        }
        for (Element constraint : elements(root, "security-constraint")) {
            deployment.addSecurityConstraint(constraint(constraint));
        }
    }

    private static SecurityConstraint constraint(Element element) {
        SecurityConstraint constraint = new SecurityConstraint();
        for (Element resources : elements(element, "web-resource-collection")) {
            constraint.addWebResourceCollection(new WebResourceCollection()
                    .addUrlPatterns(texts(resources, "url-pattern"))
                    .addHttpMethods(texts(resources, "http-method"))
                    .addHttpMethodOmissions(texts(resources, "http-method-omission")));
        }
        List<Element> auth = elements(element, "auth-constraint");
        auth.forEach(users -> constraint.addRolesAllowed(texts(users, "role-name")));
        // No word of users lets everybody in; an empty list of them nobody (Servlet 6.0, 13.8.1).
        constraint.setEmptyRoleSemantic(
                auth.isEmpty() ? SecurityInfo.EmptyRoleSemantic.PERMIT : SecurityInfo.EmptyRoleSemantic.DENY);
        for (String guarantee : texts(element, "transport-guarantee")) {
            constraint.setTransportGuaranteeType(TransportGuaranteeType.valueOf(guarantee));
        }
        return constraint;
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagNameNS("*", name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static List<String> texts(Element parent, String name) {
        return elements(parent, name).stream()
                .map(element -> element.getTextContent().strip())
                .toList();
    }

    private static String text(Element parent, String name) {
        return texts(parent, name).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "<" + parent.getLocalName() + "> of the deployment descriptor lacks <" + name + ">"));
    }
}
